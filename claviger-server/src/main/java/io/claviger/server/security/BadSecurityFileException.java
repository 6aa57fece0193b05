package io.claviger.server.security;

import java.nio.file.Path;

/** A file with a certificate, key or password cannot be used. The message is one line that names it and says why. */
public final class BadSecurityFileException extends Exception {
    private static final long serialVersionUID = 1;

    BadSecurityFileException(String what, Path file, String problem) {
        super(what + " file " + file + ": " + problem);
    }
}
