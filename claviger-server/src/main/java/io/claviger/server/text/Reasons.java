package io.claviger.server.text;

import io.claviger.engine.Event;
import io.claviger.engine.Rejection;
import java.util.Locale;

/** Why the machine refused, in the words of this wire. */
final class Reasons {
    private Reasons() {}

    static String of(Event.Reply reply) {
        return reply instanceof Event.Rejected rejected ? of(rejected.reason()) : "not held";
    }

    private static String of(Rejection reason) {
        return switch (reason) {
            case INVALID_NAME -> "invalid lock name";
            case INVALID_CAPACITY -> "invalid size";
            case CAPACITY_MISMATCH -> "lock size mismatch";
            case UNKNOWN_SESSION -> "session ended";
            default -> reason.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        };
    }
}
