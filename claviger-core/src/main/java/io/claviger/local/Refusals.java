package io.claviger.local;

import io.claviger.DeadlockException;
import io.claviger.engine.Event;
import io.claviger.engine.Limits;
import io.claviger.engine.Rejection;
import io.claviger.spi.AcquireRequest;

/** Says in words why a request was refused, and what would be right. */
final class Refusals {
    private Refusals() {}

    static DeadlockException deadlock(AcquireRequest request, Event.Deadlock deadlock) {
        return new DeadlockException(
                request.name(),
                deadlock.cycle().stream()
                        .map(wait -> new DeadlockException.Wait(wait.actor(), wait.name()))
                        .toList());
    }

    static String describe(AcquireRequest request, Rejection reason) {
        String name = "'" + request.name() + "'";
        return switch (reason) {
            case CAPACITY_MISMATCH ->
                name + " is in use with another capacity than " + request.capacity()
                        + "; all who use a name must agree on its capacity";
            case TOO_MANY_WAITERS ->
                name + " has " + Limits.MAX_WAITERS_PER_NAME + " waiters, which is the limit; try again later";
            case TOO_MANY_CLAIMS, UNKNOWN_SESSION -> describe(reason);
            default -> name + " was refused: " + reason;
        };
    }

    static String describe(Rejection reason) {
        return switch (reason) {
            case TOO_MANY_CLAIMS ->
                "the client has " + Limits.MAX_CLAIMS_PER_SESSION + " grants and waiters, which is the limit";
            case TOO_MANY_RECORDS ->
                "there are " + Limits.MAX_RECORDS + " records, or they take " + Limits.MAX_RECORD_BYTES
                        + " bytes, which is the limit; delete some";
            case UNKNOWN_SESSION -> "the client is closed";
            default -> reason.toString();
        };
    }
}
