package io.claviger.client.ldlm;

import io.claviger.protocol.ldlm.Error;

/** From what a server answers to what is thrown. */
final class ErrorTable {
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

    /** Whether it says that the lock is not held under the key. */
    static boolean isNotHeld(LdlmException answer) {
        return answer instanceof LockDoesNotExistException
                || answer instanceof InvalidLockKeyException
                || answer instanceof NotLockedException;
    }
}
