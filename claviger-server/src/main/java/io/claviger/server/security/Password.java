package io.claviger.server.security;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** A password as we keep it: its digest, so that neither a comparison nor a dump of the memory tells it. */
final class Password {
    /** Bytes of UTF-8. */
    static final int MAX_BYTES = 4 * 1024;

    private final byte[] digest;

    private Password(byte[] text) {
        this.digest = digest(text);
    }

    /** @throws IllegalArgumentException if it cannot be one; the message does not repeat it */
    static Password of(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length == 0) {
            throw new IllegalArgumentException("the password is empty");
        }
        if (bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException("the password is longer than " + MAX_BYTES + " bytes");
        }
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("the password has a line break or another control character");
        }
        return new Password(bytes);
    }

    /** Reads a file that has the password and at most one line end. */
    static Password read(Path file) throws BadSecurityFileException {
        String what = "password";
        byte[] bytes = SmallFile.read(what, file);
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(java.nio.ByteBuffer.wrap(bytes))
                    .toString();
            return of(text.replaceFirst("\\r?\\n\\z", ""));
        } catch (IOException notUtf8) {
            throw new BadSecurityFileException(what, file, "is not UTF-8");
        } catch (IllegalArgumentException bad) {
            throw new BadSecurityFileException(what, file, String.valueOf(bad.getMessage()));
        }
    }

    /** Compares in a time that depends neither on where the texts differ nor on how long the right one is. */
    boolean matches(byte[] candidate) {
        return MessageDigest.isEqual(digest, digest(candidate));
    }

    private static byte[] digest(byte[] text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text);
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every JDK has SHA-256", impossible);
        }
    }

    @Override
    public String toString() {
        return "Password";
    }
}
