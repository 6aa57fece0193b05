package io.claviger.dynamodb;

import static io.claviger.dynamodb.Change.set;

import io.claviger.IndeterminateException;
import io.claviger.KeyValueStore;
import io.claviger.ReadConsistency;
import io.claviger.RejectedException;
import io.claviger.UnavailableException;
import io.claviger.spi.TimeSource;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * One write of one record, until it is known what became of it. Each of its steps follows the answer to the one before.
 *
 * <p>Whatever is sent has the condition that the record still is at one version, or absent; and all that is written there makes
 * the version greater. So of all copies that are sent, however late they arrive, at most one is done (K4). One that is refused by a
 * record that has this write's id had been done before. If the answer was lost and the record has gone on since, nobody knows.
 */
final class RecordWrite {
    /** What is refused so often because others write as well is tried more slowly. */
    private static final int QUICK_ROUNDS = 3;

    private static final long CALL_NANOS = 4_000_000_000L;
    private static final long PATIENCE_NANOS = 10_000_000_000L;

    private final CompletableFuture<OptionalLong> outcome = new CompletableFuture<>();
    private final RecordTable table;
    private final TimeSource time;
    private final Chance chance;
    private final String key;
    private final OptionalLong expected;
    private final RecordChange change;
    private final Optional<Guarded> guard;
    private final String id;
    private final long giveUpNanos;
    private int failures;
    private int rounds;

    /** Whether a copy of it has perhaps been done. */
    private boolean unanswered;

    /**
     * What must be held.
     *
     * @param grant the version with which the grant began
     * @param refused makes the failure if it is not
     */
    record Guarded(String name, String grant, Supplier<? extends RejectedException> refused) {}

    RecordWrite(
            RecordTable table,
            TimeSource time,
            Chance chance,
            String key,
            OptionalLong expected,
            RecordChange change,
            Optional<Guarded> guard) {
        this.table = table;
        this.time = time;
        this.chance = chance;
        this.key = key;
        this.expected = expected;
        this.change = change;
        this.guard = guard;
        this.id = chance.version();
        this.giveUpNanos = time.nanoTime() + PATIENCE_NANOS;
    }

    /** Begins. The future has the version that was written; or none, if the record was not as expected, or not there to be deleted. */
    CompletableFuture<OptionalLong> begin() {
        if (expected.isEmpty()) {
            look();
        } else if (expected.getAsLong() == KeyValueStore.ABSENT) {
            create();
        } else {
            send(expected.getAsLong() + 1, isLive(expected.getAsLong()));
        }
        return outcome;
    }

    private void look() {
        table.read(key, ReadConsistency.CONSISTENT, CALL_NANOS).thenAccept(answer -> {
            if (answer instanceof Outcome.Done done) {
                decide(done.item());
            } else if (answer instanceof Outcome.Failed failed) {
                failed(failed, this::look);
            }
        });
    }

    /** Goes on from what the record is like. */
    private void decide(Optional<Item> item) {
        Optional<DynalockRecord> record = item.flatMap(DynalockRecord::of);
        if (item.isPresent() && record.isEmpty()) {
            fail(new RejectedException("the item '" + key
                    + "' of the table has no version as dynalock's records have, so it is left alone"));
            return;
        }
        boolean live = record.isPresent() && !record.get().hasEnded(time.wallMillis());
        if ((change.isDeletion() && !live) || (live && expected.isPresent())) {
            outcome.complete(OptionalLong.empty());
        } else if (record.isEmpty()) {
            create();
        } else {
            long version = record.get().version();
            send(version + 1, new Condition.Is(DynalockRecord.VERSION_PATH, BigDecimal.valueOf(version)));
        }
    }

    private void create() {
        send(Math.max(1, time.wallMillis()), new Condition.Absent(Path.of(DynalockRecord.ID)));
    }

    /** It is at that version and has not ended. */
    private Condition isLive(long version) {
        long now = time.wallMillis();
        Path ends = Path.of(DynalockRecord.ENDS);
        Path expires = Path.of(DynalockRecord.EXPIRES);
        Condition exactly = Condition.all(DynalockRecord.isOurs(), new Condition.Above(ends, now));
        Condition inSeconds = Condition.all(
                Condition.any(new Condition.Absent(ends), DynalockRecord.isNotOurs()),
                Condition.any(new Condition.Absent(expires), new Condition.Above(expires, now / 1_000)));
        return Condition.all(
                new Condition.Is(DynalockRecord.VERSION_PATH, BigDecimal.valueOf(version)),
                Condition.any(exactly, inSeconds));
    }

    private void send(long version, Condition condition) {
        List<Change> changes = new ArrayList<>(change.changes(time.wallMillis()));
        changes.add(set(DynalockRecord.VERSION, BigDecimal.valueOf(version)));
        changes.add(set(DynalockRecord.WRITTEN, BigDecimal.valueOf(version)));
        changes.add(set(DynalockRecord.WRITE, id));
        send(Write.update(key, changes, condition), version);
    }

    private void send(Write write, long version) {
        CompletableFuture<Outcome> sent = guard.isEmpty()
                ? table.write(write, CALL_NANOS)
                : table.writeIf(
                        guard.get().name(), DynalockLayout.isHeld(guard.get().grant()), write, CALL_NANOS);
        sent.thenAccept(answer -> answered(answer, write, version));
    }

    private void answered(Outcome answer, Write write, long version) {
        if (answer instanceof Outcome.Done) {
            outcome.complete(OptionalLong.of(version));
        } else if (answer instanceof Outcome.Refused refused) {
            unanswered |= refused.repeated();
            if (!isMine(refused.item()) && isSure(refused.item(), version)) {
                refused(refused.item());
            }
        } else if (answer instanceof Outcome.Unguarded unguarded) {
            // A record that was as it had to be shows that no copy was done.
            boolean done = unguarded.record().isPresent() && isMine(unguarded.record());
            if (!done && (unguarded.record().isEmpty() || isSure(unguarded.record(), version))) {
                fail(guard.orElseThrow().refused().get());
            }
        } else if (answer instanceof Outcome.Failed failed) {
            unanswered |= failed.kind() == Outcome.Kind.PERHAPS_DONE;
            failed(failed, () -> send(write, version));
        }
    }

    /** Whether the record has been written by this; then that is the answer. */
    private boolean isMine(Optional<Item> item) {
        if (item.isEmpty() || !item.get().text(DynalockRecord.WRITE, "").equals(id)) {
            return false;
        }
        outcome.complete(OptionalLong.of(item.get().whole(DynalockRecord.WRITTEN, 0)));
        return true;
    }

    /** Whether no copy of a write that would have made this version has been done; else says that nobody knows. */
    private boolean isSure(Optional<Item> item, long version) {
        Optional<DynalockRecord> record = item.flatMap(DynalockRecord::of);
        // One below the version before has begun anew since dynalock or the table removed it: perhaps after this was
        // done.
        if (!unanswered
                || (record.isPresent()
                        && record.get().version() <= version
                        && record.get().version() >= version - 1)) {
            unanswered = false;
            return true;
        }
        fail(new IndeterminateException(
                "'" + key + "' was perhaps written: the answer was lost, and others have written since"));
        return false;
    }

    private void refused(Optional<Item> item) {
        if (expected.isPresent() && expected.getAsLong() != KeyValueStore.ABSENT) {
            outcome.complete(OptionalLong.empty());
            return;
        }
        rounds++;
        if (rounds <= QUICK_ROUNDS) {
            decide(item);
        } else if (isTimeOver()) {
            fail(new UnavailableException("'" + key + "' was not written: others write it all the time"));
        } else {
            time.schedule(this::look, Pace.pauseNanos(1, chance));
        }
    }

    private void failed(Outcome.Failed why, Runnable again) {
        if (why.kind() != Outcome.Kind.HOPELESS && !isTimeOver()) {
            time.schedule(again, Pace.pauseNanos(++failures, chance));
        } else if (unanswered) {
            fail(new IndeterminateException("'" + key + "' was perhaps written: " + why.message()));
        } else if (why.kind() == Outcome.Kind.HOPELESS) {
            fail(new RejectedException("'" + key + "' was not written: " + why.message()));
        } else {
            fail(new UnavailableException("'" + key + "' was not written: " + why.message()));
        }
    }

    private boolean isTimeOver() {
        return time.nanoTime() - giveUpNanos >= 0;
    }

    private void fail(RuntimeException why) {
        outcome.completeExceptionally(why);
    }
}
