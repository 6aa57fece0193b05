package io.claviger.dynamodb;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/** A table in memory that answers within the call, counts, and has accidents that a test foretells. */
final class ScriptedTable implements Table {
    /** What happens to a write. */
    enum Accident {
        NONE,
        /** It is done, the answer is lost, and the SDK sends it again. */
        REPEATED,
        /** It is done, and nobody says so. */
        DONE_UNANSWERED,
        /** It is not done, and nobody says so. */
        LOST,
        THROTTLED,
        DENIED,
        /** Its answer comes when the test says so. */
        HELD_UP
    }

    final List<Write> writes = new ArrayList<>();
    final List<String> reads = new ArrayList<>();
    private final Queue<Accident> accidents = new ArrayDeque<>();
    private final Queue<Runnable> heldUp = new ArrayDeque<>();
    private final MemoryItems items;
    private boolean silent;

    ScriptedTable(MemoryItems items) {
        this.items = items;
    }

    /** The next writes have these accidents. */
    synchronized void expect(Accident... next) {
        accidents.addAll(List.of(next));
    }

    /** From now on nothing arrives, or everything does. */
    synchronized void silent(boolean silence) {
        silent = silence;
    }

    /** Forgets what was counted. */
    synchronized void reset() {
        writes.clear();
        reads.clear();
    }

    synchronized int requests() {
        return writes.size() + reads.size();
    }

    /** Lets the answers arrive that were held up. */
    void arrive() {
        for (Runnable next = heldUp.poll(); next != null; next = heldUp.poll()) {
            next.run();
        }
    }

    @Override
    public synchronized CompletableFuture<Outcome> write(Write write, long timeoutNanos) {
        writes.add(write);
        if (silent) {
            return failed(Outcome.Kind.PERHAPS_DONE);
        }
        Accident accident = Optional.ofNullable(accidents.poll()).orElse(Accident.NONE);
        return switch (accident) {
            case NONE -> answered(items.write(write, false));
            case REPEATED -> {
                items.write(write, false);
                yield answered(items.write(write, true));
            }
            case DONE_UNANSWERED -> {
                items.write(write, false);
                yield failed(Outcome.Kind.PERHAPS_DONE);
            }
            case LOST -> failed(Outcome.Kind.PERHAPS_DONE);
            case THROTTLED -> failed(Outcome.Kind.NOT_DONE);
            case DENIED -> failed(Outcome.Kind.HOPELESS);
            case HELD_UP -> {
                Outcome outcome = items.write(write, false);
                CompletableFuture<Outcome> later = new CompletableFuture<>();
                heldUp.add(() -> later.complete(outcome));
                yield later;
            }
        };
    }

    @Override
    public synchronized CompletableFuture<Outcome> read(String key, long timeoutNanos) {
        reads.add(key);
        if (silent) {
            return failed(Outcome.Kind.PERHAPS_DONE);
        }
        return answered(new Outcome.Done(items.read(key)));
    }

    private static CompletableFuture<Outcome> answered(Outcome outcome) {
        return CompletableFuture.completedFuture(outcome);
    }

    private static CompletableFuture<Outcome> failed(Outcome.Kind kind) {
        return answered(new Outcome.Failed(kind, "an accident"));
    }

    @Override
    public void close() {}
}
