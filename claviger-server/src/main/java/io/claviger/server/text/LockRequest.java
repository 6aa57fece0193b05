package io.claviger.server.text;

import io.claviger.engine.Command.Acquire;
import io.claviger.engine.Command.Waiting;
import io.claviger.engine.Origin;
import io.claviger.engine.OwnerKey;

/**
 * What a {@code lock} line asks for.
 *
 * @param waitNanos how long it waits at most; 0 = it is a try
 * @param leaseNanos 0 = as long as the connection
 * @param keepHalfClosed whether the lock stays when the client ends its sending side
 * @param info whether the answers carry token and key
 */
record LockRequest(
        String name, long waitNanos, long leaseNanos, int size, int permits, boolean keepHalfClosed, boolean info) {

    /** Reads and checks the parameters: the name first, then the additions. */
    static LockRequest of(Request request) throws Refusal {
        return new LockRequest(
                request.name(),
                request.nanos(Param.WAIT, 0),
                request.nanos(Param.LEASE, 0),
                request.count(Param.SIZE),
                request.count(Param.PERMITS),
                request.flag(Param.HALF_CLOSE, "keep", "release"),
                request.flag(Param.INFO, "1", "0"));
    }

    Acquire command(Origin origin, OwnerKey key) {
        Waiting waiting = waitNanos > 0 ? Waiting.QUEUE : Waiting.NEVER;
        return new Acquire(origin, name, key, permits, size, leaseNanos, waiting);
    }
}
