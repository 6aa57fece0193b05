package io.claviger;

/** The lease was over before the call, so the call has not happened. */
public final class LeaseLostException extends ClavigerException {
    private static final long serialVersionUID = 1L;

    private final LossReason reason;

    /** Makes one for a lease on a name. */
    public LeaseLostException(String name, LossReason reason) {
        super("the lease on '" + name + "' is lost: " + reason);
        this.reason = reason;
    }

    /** Returns why the lease was lost. */
    public LossReason reason() {
        return reason;
    }
}
