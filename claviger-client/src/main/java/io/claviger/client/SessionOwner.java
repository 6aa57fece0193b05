package io.claviger.client;

import io.claviger.LossReason;
import io.claviger.engine.OwnerKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Is told what happens to a session, on its loop and outside its lock. */
interface SessionOwner {

    /** Returns the keys under which something is held. */
    List<OwnerKey> held();

    /** The session was attached to anew: what waits is to be asked for again, since what was pushed meanwhile is lost. */
    void attached();

    /**
     * A request that waited was granted.
     *
     * @param sent when the newest client frame was sent that was applied before the grant; absent = nobody can say
     */
    void granted(OwnerKey key, long token, @Nullable Moment sent);

    /** A grant is lost. */
    void lost(OwnerKey key, LossReason reason);

    /** The session is over, and all that it held. What waits is to be asked for again: the next session comes. */
    void sessionOver(LossReason reason);

    /** What waits has waited in vain: no session has come for too long. */
    void unreachable(Ask.Failure failure);
}
