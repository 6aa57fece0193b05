package io.claviger.client.ldlm;

/** The server does not let this client in, or does not speak LDLM: not done. To try again would not help. */
public final class LdlmRefusedException extends LdlmException {
    private static final long serialVersionUID = 1L;

    /** Makes one whose message names the server and says what is wrong. */
    public LdlmRefusedException(String message) {
        super(NO_CODE, message);
    }
}
