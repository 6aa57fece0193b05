package io.claviger.server.text;

import static io.claviger.server.text.LineWriter.ascii;

import io.claviger.engine.Event;
import io.claviger.engine.LossReason;

/** Pieces of answers that both dialogues use. */
final class Words {
    static final byte[] TOKEN = ascii(",token:");
    static final byte[] KEY = ascii(",key:");

    private static final byte[] LOST = ascii("lost,name:");
    private static final byte[] EXPIRED = ascii(",reason:expired");
    private static final byte[] REVOKED = ascii(",reason:revoked");

    private Words() {}

    static LineWriter lost(LineWriter writer, Event.Lost lost) {
        byte[] reason = lost.reason() == LossReason.EXPIRED ? EXPIRED : REVOKED;
        return writer.add(LOST).add(lost.name()).add(TOKEN).add(lost.token()).add(reason);
    }
}
