package io.claviger.client.ldlm;

/** No lock of that name is in use: not done. */
public final class LockDoesNotExistException extends LdlmException {
    /** The code of LDLM's for it. */
    public static final int CODE = 1;

    private static final long serialVersionUID = 1L;

    /** Makes one. */
    public LockDoesNotExistException(String message) {
        super(CODE, message);
    }
}
