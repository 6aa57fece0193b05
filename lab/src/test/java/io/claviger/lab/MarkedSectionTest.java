package io.claviger.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MarkedSectionTest {
    @TempDir
    private Path folder;

    @Test
    void oneAfterTheOtherAreCounted() throws IOException, InterruptedException {
        MarkedSection section = new MarkedSection(folder.resolve("count"), 0);
        section.pass();
        section.pass();
        assertThat(folder.resolve("count")).hasContent("2");
        assertThat(folder.resolve("count.in")).doesNotExist();
    }

    @Test
    void whoMeetsAnotherInItFails() throws IOException {
        Files.createFile(folder.resolve("count.in"));
        MarkedSection section = new MarkedSection(folder.resolve("count"), 0);
        assertThatThrownBy(section::pass).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(folder.resolve("count")).doesNotExist();
    }
}
