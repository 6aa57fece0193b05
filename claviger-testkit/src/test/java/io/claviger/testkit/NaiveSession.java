package io.claviger.testkit;

import io.claviger.engine.Command.OpenSession;
import io.claviger.engine.Event.Reply;
import java.util.HashMap;
import java.util.Map;

/** A session of a {@link NaiveMachine}. */
final class NaiveSession {
    OpenSession opened;
    int attachment = 1;
    long renewed;
    long floor;
    final Map<Long, Reply> replies = new HashMap<>();

    NaiveSession(OpenSession opened, long now) {
        this.opened = opened;
        this.renewed = now;
    }

    long deadline() {
        return opened.ttlNanos() == 0 ? Long.MAX_VALUE : renewed + opened.ttlNanos();
    }
}
