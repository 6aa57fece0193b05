package io.claviger.server.security;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads the files that people write: regular ones of a bounded size, with an error that a person understands. */
final class SmallFile {
    private static final int MAX_BYTES = 1024 * 1024;

    private SmallFile() {}

    /** @param what it holds, for the error */
    static byte[] read(String what, Path file) throws BadSecurityFileException {
        try {
            if (Files.isDirectory(file)) {
                throw new BadSecurityFileException(what, file, "is a directory");
            }
            // Others may never end, or wait for a writer.
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                throw new BadSecurityFileException(what, file, "is not a regular file");
            }
            try (InputStream in = Files.newInputStream(file)) {
                byte[] bytes = in.readNBytes(MAX_BYTES + 1);
                if (bytes.length > MAX_BYTES) {
                    throw new BadSecurityFileException(what, file, "is longer than 1 MiB");
                }
                return bytes;
            }
        } catch (NoSuchFileException absent) {
            throw new BadSecurityFileException(what, file, "no such file");
        } catch (AccessDeniedException denied) {
            throw new BadSecurityFileException(what, file, "permission denied");
        } catch (IOException failed) {
            throw new BadSecurityFileException(what, file, "cannot be read: " + failed.getMessage());
        }
    }
}
