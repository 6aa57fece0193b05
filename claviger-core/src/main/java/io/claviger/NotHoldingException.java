package io.claviger;

/**
 * A write that was to be done only while a grant is held was refused, since that grant is not held, or was taken back: not done.
 * Whoever gets this must stop, as when the lease is lost.
 */
public final class NotHoldingException extends RejectedException {
    private static final long serialVersionUID = 1L;

    private final String lockName;

    /**
     * Makes one.
     *
     * @param key the record that was to be written
     * @param lockName the lock that had to be held
     * @param grant which grant of it, in words
     */
    public NotHoldingException(String key, String lockName, String grant) {
        super("'" + key + "' was not changed: " + grant + " of the lock '" + lockName
                + "' is not held, or was taken back");
        this.lockName = lockName;
    }

    /** Returns the name of the lock that had to be held. */
    public String lockName() {
        return lockName;
    }
}
