package io.claviger.client.ldlm;

/** The lock was not locked when it was to be unlocked: not done. Only servers of version 1.0 say so. */
public final class NotLockedException extends LdlmException {
    /** The code of LDLM's for it. */
    public static final int CODE = 4;

    private static final long serialVersionUID = 1L;

    /** Makes one. */
    public NotLockedException(String message) {
        super(CODE, message);
    }
}
