package io.claviger.client;

import io.claviger.LossReason;
import org.jspecify.annotations.Nullable;

/** What stands behind an owner key: a request, or the lease that it became. Told on the loop, except where it says so. */
interface KeyHolder {

    /** Returns the number of the request: the older, the smaller. */
    long number();

    boolean isHeld();

    /** The stream is new, and a grant may have been pushed when there was none. */
    void askIfQueued();

    /**
     * The server has granted.
     *
     * @param sent the moment from which the lease counts; absent = nobody can say
     */
    void granted(long token, @Nullable Moment sent);

    /** The grant is over. */
    void lose(LossReason reason);

    /** The session is over, and all that it held. */
    void sessionOver(LossReason reason);

    /** Nobody can be reached. */
    void unreachable(Ask.Failure failure);

    /** The client was closed, by any thread. */
    void clientClosed();
}
