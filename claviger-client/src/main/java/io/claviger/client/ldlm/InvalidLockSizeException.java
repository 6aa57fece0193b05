package io.claviger.client.ldlm;

/** A size is not above 0: not done. */
public final class InvalidLockSizeException extends LdlmException {
    /** The code of LDLM's for it. */
    public static final int CODE = 7;

    private static final long serialVersionUID = 1L;

    /** Makes one. */
    public InvalidLockSizeException(String message) {
        super(CODE, message);
    }
}
