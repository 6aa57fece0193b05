package io.claviger.client.ldlm;

/** What was to be renewed is not held under that key, or has no lock timeout: not done. */
public final class LockDoesNotExistOrInvalidKeyException extends LdlmException {
    /** The code of LDLM's for it. */
    public static final int CODE = 5;

    private static final long serialVersionUID = 1L;

    /** Makes one. */
    public LockDoesNotExistOrInvalidKeyException(String message) {
        super(CODE, message);
    }
}
