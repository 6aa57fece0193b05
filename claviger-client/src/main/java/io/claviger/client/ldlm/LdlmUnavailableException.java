package io.claviger.client.ldlm;

/** The server gave no answer. To try again may help. */
public final class LdlmUnavailableException extends LdlmException {
    private static final long serialVersionUID = 1L;

    private final boolean perhapsDone;

    /** Whether what was asked for has happened. */
    enum Outcome {
        NOT_DONE,
        PERHAPS_DONE
    }

    /** Makes one whose message names the server and says what is wrong. */
    LdlmUnavailableException(Outcome outcome, String message) {
        super(NO_CODE, message);
        this.perhapsDone = outcome == Outcome.PERHAPS_DONE;
    }

    /** Whether the request had been sent, so that perhaps it was done and only its answer was lost; else it was not done. */
    public boolean isPerhapsDone() {
        return perhapsDone;
    }
}
