package io.claviger.cli.process;

import static io.claviger.cli.process.CommandLookup.DIRECTORY;
import static io.claviger.cli.process.CommandLookup.FOUND;
import static io.claviger.cli.process.CommandLookup.NOT_EXECUTABLE;
import static io.claviger.cli.process.CommandLookup.NOT_FOUND;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandLookupTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path root;

    @BeforeEach
    void fill() throws IOException {
        Files.createDirectories(root.resolve("a/prog"));
        Files.createDirectories(root.resolve("a/only-directory"));
        Files.createDirectories(root.resolve("b"));
        Files.createDirectories(root.resolve("c"));
        Files.createFile(root.resolve("b/prog"));
        Files.createFile(root.resolve("b/only-text"));
        Files.createFile(root.resolve("c/prog"));
        assertThat(root.resolve("c/prog").toFile().setExecutable(true)).isTrue();
    }

    private CommandLookup search(String name, String... places) {
        String path = String.join(
                ":", java.util.Arrays.stream(places).map(p -> root + "/" + p).toList());
        return CommandLookup.find(name, Optional.of(path));
    }

    @Test
    void searchGoesOnUntilAProgramIsFound() {
        assertThat(search("prog", "a", "b", "c")).isEqualTo(FOUND);
        assertThat(search("prog", "missing", "c")).isEqualTo(FOUND);
    }

    @Test
    void whatCannotBeRunIsToldFromWhatIsMissing() {
        assertThat(search("only-text", "a", "b", "c")).isEqualTo(NOT_EXECUTABLE);
        assertThat(search("only-directory", "a", "b", "c")).isEqualTo(DIRECTORY);
        assertThat(search("nothing", "a", "b", "c")).isEqualTo(NOT_FOUND);
    }

    @Test
    void nameWithASlashIsAPath() {
        assertThat(CommandLookup.find(root + "/c/prog", Optional.of(""))).isEqualTo(FOUND);
        assertThat(CommandLookup.find(root + "/b/prog", Optional.of(root + "/c")))
                .isEqualTo(NOT_EXECUTABLE);
        assertThat(CommandLookup.find(root.toString(), Optional.of(""))).isEqualTo(DIRECTORY);
        assertThat(CommandLookup.find("./no-such-program", Optional.of(root + "/c")))
                .isEqualTo(NOT_FOUND);
        assertThat(CommandLookup.find(root + "/c/prog/below", Optional.of(""))).isEqualTo(NOT_FOUND);
    }

    @Test
    void emptyNameIsNotFound() {
        assertThat(search("", "c")).isEqualTo(NOT_FOUND);
    }

    @Test
    void withoutPathTheUsualPlacesAreSearched() {
        assertThat(CommandLookup.find("sh", Optional.empty())).isEqualTo(FOUND);
    }
}
