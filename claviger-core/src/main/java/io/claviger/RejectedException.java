package io.claviger;

/** The request was refused: it has not happened, and the same request would be refused again as things stand. */
public sealed class RejectedException extends ClavigerException permits DeadlockException, NotHoldingException {
    private static final long serialVersionUID = 1L;

    /** Makes one that says what is wrong and what would be right. */
    public RejectedException(String message) {
        super(message);
    }
}
