package io.claviger.dynamodb;

import io.claviger.testkit.VirtualTime;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/**
 * A table behind the SDK and a rough network, in virtual time. Each attempt of a call may be slow, get lost on its way there or
 * back, arrive when nobody reckons with it any more or once more, be throttled, or fail although it was done; the SDK then tries
 * again, up to three times. A read may find what was there before the last write.
 */
final class RoughTable implements Table {
    private static final long MILLI = 1_000_000;
    private static final int ATTEMPTS = 3;

    private final MemoryItems items;
    private final VirtualTime time;
    private SplittableRandom random = new SplittableRandom(1);
    private int roughness;
    private boolean readsAreConsistent;

    /** How often what happened. */
    final Map<Fate, Integer> happened = new EnumMap<>(Fate.class);

    RoughTable(MemoryItems items, VirtualTime time) {
        this.items = items;
        this.time = time;
    }

    /**
     * Has reads find what is there, as the service promises it, unless they need not be consistent. Without this all may be stale,
     * which costs time, and must cost nothing else.
     */
    RoughTable readingConsistently() {
        readsAreConsistent = true;
        return this;
    }

    /**
     * From now on so many percent of the attempts go wrong.
     *
     * @param salt what else decides which ones
     */
    void rough(int percent, long salt) {
        roughness = percent;
        random = new SplittableRandom(salt);
    }

    /** What becomes of an attempt. */
    enum Fate {
        FINE,
        /** It never arrives, and nobody says so. */
        REQUEST_LOST,
        /** It is done, and nobody says so: the connection is silent, or the answer takes ten seconds. */
        REPLY_LOST,
        /** It looks lost, and arrives up to ten seconds later. */
        LATE,
        /** It is done and answered, and a copy of it arrives later. */
        DUPLICATED,
        THROTTLED,
        /** It is done, and the answer is status 500, or a connection that is cut. */
        ERROR_BUT_DONE,
        /** It is not done, and the answer is status 500 or 503, or a connection that is cut. */
        ERROR,
        /** A transaction has the item; the SDK does not try again. */
        CONFLICT,
        /** A read finds what was there before the last write. */
        STALE
    }

    private static final List<Fate> BAD = List.of(
            Fate.REQUEST_LOST,
            Fate.REPLY_LOST,
            Fate.LATE,
            Fate.DUPLICATED,
            Fate.THROTTLED,
            Fate.ERROR_BUT_DONE,
            Fate.ERROR,
            Fate.CONFLICT);

    private Fate fate() {
        Fate fate = random.nextInt(100) < roughness ? BAD.get(random.nextInt(BAD.size())) : Fate.FINE;
        happened.merge(fate, 1, Integer::sum);
        return fate;
    }

    @Override
    public CompletableFuture<Outcome> write(Write write, long timeoutNanos) {
        return call(timeoutNanos, repeated -> items.write(write, repeated));
    }

    /** As a transaction, which has a token: of all copies that one call sends, the service does at most one. */
    CompletableFuture<Outcome> writeIf(String otherKey, Condition other, Write write, long timeoutNanos) {
        boolean[] done = new boolean[1];
        return call(timeoutNanos, repeated -> {
            Outcome outcome =
                    done[0] ? new Outcome.Done(Optional.empty()) : items.writeIf(otherKey, other, write, repeated);
            done[0] |= outcome instanceof Outcome.Done;
            return outcome;
        });
    }

    @Override
    public CompletableFuture<Outcome> read(String key, long timeoutNanos) {
        return readsAreConsistent
                ? call(timeoutNanos, repeated -> new Outcome.Done(items.read(key)))
                : readEventually(key, timeoutNanos);
    }

    /** Reads what is there, or what was there before the last write. */
    CompletableFuture<Outcome> readEventually(String key, long timeoutNanos) {
        boolean stale = random.nextInt(100) < roughness / 3;
        if (stale) {
            happened.merge(Fate.STALE, 1, Integer::sum);
        }
        return call(timeoutNanos, repeated -> new Outcome.Done(stale ? items.readStale(key) : items.read(key)));
    }

    private CompletableFuture<Outcome> call(long timeoutNanos, Server server) {
        Call call = new Call(timeoutNanos);
        call.attempt(1, server);
        return call.outcome;
    }

    @Override
    public void close() {}

    private interface Server {
        Outcome does(boolean repeated);
    }

    /** One call of the SDK's, with its attempts and its time limits. */
    private final class Call {
        final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        private final long attemptNanos;
        private boolean throttledOnly = true;

        Call(long timeoutNanos) {
            attemptNanos = Math.min(1_000 * MILLI, timeoutNanos / 2);
            time.schedule(() -> finish(failed(Outcome.Kind.PERHAPS_DONE)), timeoutNanos);
        }

        void attempt(int number, Server server) {
            if (outcome.isDone()) {
                return;
            }
            if (number > ATTEMPTS) {
                finish(failed(throttledOnly ? Outcome.Kind.NOT_DONE : Outcome.Kind.PERHAPS_DONE));
                return;
            }
            Fate fate = fate();
            throttledOnly &= fate == Fate.THROTTLED;
            new Attempt(number, server).meet(fate);
        }

        private Outcome.Failed failed(Outcome.Kind kind) {
            return new Outcome.Failed(kind, "the network is rough");
        }

        private void finish(Outcome result) {
            outcome.complete(result);
        }

        /** One attempt, until it is answered or takes too long. */
        private final class Attempt {
            private final int number;
            private final Server server;
            private final long there = latencyNanos();
            private final long back = latencyNanos();
            private boolean over;

            Attempt(int number, Server server) {
                this.number = number;
                this.server = server;
            }

            private long latencyNanos() {
                return (1 + random.nextInt(random.nextInt(10) == 0 ? 400 : 8)) * MILLI;
            }

            void meet(Fate fate) {
                switch (fate) {
                    case FINE, STALE -> time.schedule(this::doAndReply, there);
                    case REQUEST_LOST -> {}
                    case REPLY_LOST -> time.schedule(this::does, there);
                    case LATE -> time.schedule(this::copy, there + laterNanos());
                    case DUPLICATED -> {
                        time.schedule(this::doAndReply, there);
                        time.schedule(this::copy, there + laterNanos());
                    }
                    case THROTTLED, ERROR -> time.schedule(() -> reply(Optional.empty()), there);
                    case ERROR_BUT_DONE ->
                        time.schedule(
                                () -> {
                                    does();
                                    reply(Optional.empty());
                                },
                                there);
                    case CONFLICT ->
                        time.schedule(
                                () -> reply(Optional.of(
                                        failed(number > 1 ? Outcome.Kind.PERHAPS_DONE : Outcome.Kind.NOT_DONE))),
                                there);
                }
                time.schedule(this::again, attemptNanos);
            }

            private long laterNanos() {
                return random.nextInt(10_000) * MILLI;
            }

            private Outcome does() {
                return server.does(number > 1);
            }

            private void copy() {
                server.does(true);
            }

            private void doAndReply() {
                reply(Optional.of(does()));
            }

            /** @param answer empty = one after which the SDK tries again */
            private void reply(Optional<Outcome> answer) {
                time.schedule(
                        () -> {
                            if (!over && answer.isPresent()) {
                                over = true;
                                finish(answer.get());
                            } else {
                                again();
                            }
                        },
                        back);
            }

            private void again() {
                if (!over) {
                    over = true;
                    attempt(number + 1, server);
                }
            }
        }
    }
}
