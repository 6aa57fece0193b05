package io.claviger.server.ldlm;

import io.claviger.engine.OwnerKey;
import io.claviger.server.MachineLoop;
import io.claviger.server.Sequencer;
import io.netty.util.concurrent.Future;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the LDLM sessions of a server share, and those among them whose clients are gone but whose locks stay. Confined to
 * the thread of the machine, except for {@link #newSession}.
 */
public final class LdlmSessions {
    /** How often it is looked whether the locks of a client that is gone have ended: 5 s. */
    static final long SWEEP_SECONDS = 5;

    /** The bits of a random UUID that are not random (RFC 9562, version 4). */
    private static final long VERSION_MASK = 0xf000L;

    private static final long VERSION_4 = 0x4000L;
    private static final long VARIANT_MASK = 0xc000_0000_0000_0000L;
    private static final long VARIANT = 0x8000_0000_0000_0000L;

    private final Sequencer sequencer;
    private final MachineLoop loop;
    private final LongSupplier ids;
    private final Supplier<OwnerKey> secrets;
    private final boolean keeping;
    private final Set<LdlmSession> open = new LinkedHashSet<>();
    private final Set<LdlmSession> detached = new LinkedHashSet<>();
    private @Nullable Future<?> sweep;

    /**
     * Makes a server's sessions.
     *
     * @param ids gives ids of sessions, each once
     * @param secrets gives keys that nobody can guess; asked on the thread of the machine only
     * @param keeping whether locks outlive the session that took them
     */
    public LdlmSessions(
            Sequencer sequencer, MachineLoop loop, LongSupplier ids, Supplier<OwnerKey> secrets, boolean keeping) {
        this.sequencer = sequencer;
        this.loop = loop;
        this.ids = ids;
        this.secrets = secrets;
        this.keeping = keeping;
    }

    /**
     * Returns a session that exists for the machine from its first request on. Thread-safe.
     *
     * @param label who it is, for people; at most 1,024 characters
     */
    public LdlmSession newSession(String label) {
        return new LdlmSession(this, label);
    }

    /** Tells all calls that wait that the server closes. */
    public void close() {
        if (sweep != null) {
            sweep.cancel(false);
        }
        List.copyOf(open).forEach(LdlmSession::serverCloses);
    }

    Sequencer sequencer() {
        return sequencer;
    }

    MachineLoop loop() {
        return loop;
    }

    long nextId() {
        return ids.getAsLong();
    }

    OwnerKey nextSecret() {
        return secrets.get();
    }

    /** Returns a key that is a random UUID in LDLM's form. */
    OwnerKey nextKey() {
        OwnerKey random = secrets.get();
        return new OwnerKey((random.high() & ~VERSION_MASK) | VERSION_4, (random.low() & ~VARIANT_MASK) | VARIANT);
    }

    boolean isKeeping() {
        return keeping;
    }

    void opened(LdlmSession session) {
        open.add(session);
    }

    void closed(LdlmSession session) {
        open.remove(session);
    }

    /** Keeps a session until the last of its locks has ended. */
    void detach(LdlmSession session) {
        detached.add(session);
        endEmpty(List.of(session));
        if (sweep == null && !detached.isEmpty()) {
            sweep = loop.executor().scheduleWithFixedDelay(this::sweep, SWEEP_SECONDS, SWEEP_SECONDS, TimeUnit.SECONDS);
        }
    }

    private void sweep() {
        endEmpty(List.copyOf(detached));
        if (detached.isEmpty() && sweep != null) {
            sweep.cancel(false);
            sweep = null;
        }
    }

    private void endEmpty(List<LdlmSession> sessions) {
        Sequencer.pass(
                sequencer.query(machine -> sessions.stream()
                        .filter(session -> machine.claimCount(session.id()) == 0)
                        .toList()),
                empty -> empty.forEach(session -> {
                    detached.remove(session);
                    session.endNow(() -> {});
                }),
                closing -> detached.clear());
    }
}
