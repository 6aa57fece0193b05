package io.claviger.client.ldlm;

/** The lock is in use, but not under that key: not done. Perhaps it expired, and others hold it. */
public final class InvalidLockKeyException extends LdlmException {
    /** The code of LDLM's for it. */
    public static final int CODE = 2;

    private static final long serialVersionUID = 1L;

    /** Makes one. */
    public InvalidLockKeyException(String message) {
        super(CODE, message);
    }
}
