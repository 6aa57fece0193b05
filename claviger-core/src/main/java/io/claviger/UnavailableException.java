package io.claviger;

/** The locks could not be reached, and nothing was done. To try again may help. */
public final class UnavailableException extends ClavigerException {
    private static final long serialVersionUID = 1L;

    /** Makes one whose message says what could not be reached, and why. */
    public UnavailableException(String message) {
        super(message);
    }
}
