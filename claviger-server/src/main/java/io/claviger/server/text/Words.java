package io.claviger.server.text;

import static io.claviger.server.text.LineWriter.ascii;

import io.claviger.engine.Event;

/** Pieces of answers that both dialogues use. */
final class Words {
    static final byte[] TOKEN = ascii(",token:");
    static final byte[] KEY = ascii(",key:");

    private static final byte[] LOST = ascii("lost,name:");
    private static final byte[] EXPIRED = ascii(",reason:expired");
    private static final byte[] REVOKED = ascii(",reason:revoked");
    private static final byte[] RELEASED = ascii(",reason:released");

    private Words() {}

    static LineWriter lost(LineWriter writer, Event.Lost lost) {
        byte[] reason = switch (lost.reason()) {
            case EXPIRED -> EXPIRED;
            case REVOKED -> REVOKED;
            case RELEASED -> RELEASED;
        };
        return writer.add(LOST).add(lost.name()).add(TOKEN).add(lost.token()).add(reason);
    }
}
