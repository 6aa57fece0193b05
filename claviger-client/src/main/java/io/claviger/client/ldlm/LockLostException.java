package io.claviger.client.ldlm;

import io.claviger.LossReason;

/** The lock was lost before it was unlocked, so that others may have held it: what was done under it should be checked. */
public final class LockLostException extends LdlmException {
    private static final long serialVersionUID = 1L;

    private final LossReason reason;

    /** Makes one for a lock. */
    public LockLostException(String name, LossReason reason) {
        super(NO_CODE, "the lock '" + name + "' is lost: " + reason);
        this.reason = reason;
    }

    /** Returns why it was lost. */
    public LossReason reason() {
        return reason;
    }
}
