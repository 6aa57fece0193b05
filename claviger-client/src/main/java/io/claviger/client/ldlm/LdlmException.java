package io.claviger.client.ldlm;

/**
 * The root of what {@link LdlmClient} throws of its own. Of this very class are the answers of a server that have no class of
 * their own; see the message.
 */
public class LdlmException extends RuntimeException {
    /** The code of what is no answer of a server. */
    public static final int NO_CODE = -1;

    private static final long serialVersionUID = 1L;

    private final int code;

    /** Makes one with a code of LDLM's, or {@link #NO_CODE}. */
    public LdlmException(int code, String message) {
        super(message);
        this.code = code;
    }

    /** Returns the code of the server's answer, 0 if it is a failure without one of its own, or {@link #NO_CODE}. */
    public final int code() {
        return code;
    }
}
