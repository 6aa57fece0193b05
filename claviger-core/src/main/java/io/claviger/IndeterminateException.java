package io.claviger;

/**
 * No answer came, so perhaps it was done and perhaps not. Nothing stays behind for longer than the client's session or the
 * grant's lease lives, except what was to be written to a {@link KeyValueStore}.
 */
public final class IndeterminateException extends ClavigerException {
    private static final long serialVersionUID = 1L;

    /** Makes one whose message says what was asked for. */
    public IndeterminateException(String message) {
        super(message);
    }
}
