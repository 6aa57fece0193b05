package io.claviger.cli.ldlm;

/** The command line of {@code ldlm-lock} is wrong. The message says what is. */
final class LockUsageException extends Exception {
    private static final long serialVersionUID = 1;

    LockUsageException(String message) {
        super(message, null, false, false);
    }
}
