package io.claviger.client.ldlm;

/** The name is in use with another size: not done. */
public final class LockSizeMismatchException extends LdlmException {
    /** The code of LDLM's for it. */
    public static final int CODE = 6;

    private static final long serialVersionUID = 1L;

    /** Makes one. */
    public LockSizeMismatchException(String message) {
        super(CODE, message);
    }
}
