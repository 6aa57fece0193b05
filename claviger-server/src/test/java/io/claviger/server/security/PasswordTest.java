package io.claviger.server.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordTest {
    @TempDir
    private Path folder;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void matchesItselfOnly() {
        Password password = Password.of("pä,ss: word ");
        assertThat(password.matches(bytes("pä,ss: word "))).isTrue();
        for (String other : new String[] {"", "p", "pä,ss: word", "pä,ss: word  ", "Pä,ss: word "}) {
            assertThat(password.matches(bytes(other))).as(other).isFalse();
        }
    }

    /** A time cannot be measured here without luck, so we look at what is called. */
    @Test
    void comparesDigestsInConstantTime() throws Exception {
        try (InputStream in = Password.class.getResourceAsStream("Password.class")) {
            assertThat(in).isNotNull();
            String constants = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
            assertThat(constants).contains("java/security/MessageDigest", "isEqual", "SHA-256");
            assertThat(constants).doesNotContain("java/util/Arrays");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"secret", "secret\n", "secret\r\n"})
    void aLineEndOfTheFileDoesNotBelongToIt(String content) throws Exception {
        Path file = Files.writeString(folder.resolve("p"), content);
        assertThat(Password.read(file).matches(bytes("secret"))).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''        | the password is empty",
                "'\n'      | the password is empty",
                "'a\nb\n'  | a line break or another control character",
                "'a\n\n'   | a line break or another control character"
            })
    void badFile_isNamedAndNotRepeated(String content, String problem) throws Exception {
        Path file = Files.writeString(folder.resolve("p"), content);
        assertThatThrownBy(() -> Password.read(file))
                .isInstanceOf(BadSecurityFileException.class)
                .hasMessageStartingWith("password file " + file + ": ")
                .hasMessageContaining(problem);
    }

    @Test
    void fileThatCannotBeRead() throws Exception {
        assertThatThrownBy(() -> Password.read(folder)).hasMessage("password file " + folder + ": is a directory");
        Path absent = folder.resolve("absent");
        assertThatThrownBy(() -> Password.read(absent)).hasMessage("password file " + absent + ": no such file");
        Path binary = Files.write(folder.resolve("b"), new byte[] {(byte) 0xff, 1});
        assertThatThrownBy(() -> Password.read(binary)).hasMessageEndingWith("is not UTF-8");
        Path zero = Path.of("/dev/zero");
        assertThatThrownBy(() -> Password.read(zero)).hasMessageEndingWith("is not a regular file");
        Path large = Files.writeString(folder.resolve("l"), "x".repeat(Password.MAX_BYTES + 1));
        assertThatThrownBy(() -> Password.read(large)).hasMessageContaining("longer than 4096 bytes");
    }
}
