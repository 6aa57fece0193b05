package io.claviger.client.ldlm;

import io.claviger.protocol.ldlm.Error;

/** From what a server answers to what is thrown. */
final class ErrorTable {
    private static final String NOT_RENEWED = "lock does not exist or invalid key";

    private ErrorTable() {}

    /** Returns what an answer means; a code that is not known gives the common class. */
    static LdlmException of(Error error) {
        String message = error.getMessage();
        return switch (error.getCodeValue()) {
            case LockDoesNotExistException.CODE -> new LockDoesNotExistException(message);
            case InvalidLockKeyException.CODE -> new InvalidLockKeyException(message);
            case LockWaitTimeoutException.CODE -> new LockWaitTimeoutException(message);
            case NotLockedException.CODE -> new NotLockedException(message);
            case LockDoesNotExistOrInvalidKeyException.CODE -> new LockDoesNotExistOrInvalidKeyException(message);
            case LockSizeMismatchException.CODE -> new LockSizeMismatchException(message);
            case InvalidLockSizeException.CODE -> new InvalidLockSizeException(message);
            default -> new LdlmException(error.getCodeValue(), message);
        };
    }

    /** Returns what the answer to a renewal means. */
    static LdlmException ofRenewal(Error error) {
        // Servers from 1.1 on mean code 5 by this text, and send 0.
        return error.getCodeValue() == 0 && error.getMessage().equals(NOT_RENEWED)
                ? new LockDoesNotExistOrInvalidKeyException(NOT_RENEWED)
                : of(error);
    }

    /** Whether it says that the lock is not held under the key. */
    static boolean isNotHeld(LdlmException answer) {
        return answer instanceof LockDoesNotExistException
                || answer instanceof InvalidLockKeyException
                || answer instanceof NotLockedException;
    }
}
