package io.claviger.client.ldlm;

/** The limit of waiting has passed: not done. {@code lock} does not throw it, but returns a lock that is not locked. */
public final class LockWaitTimeoutException extends LdlmException {
    /** The code of LDLM's for it. */
    public static final int CODE = 3;

    private static final long serialVersionUID = 1L;

    /** Makes one. */
    public LockWaitTimeoutException(String message) {
        super(CODE, message);
    }
}
