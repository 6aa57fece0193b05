package io.claviger.dynamodb;

import io.claviger.testkit.VirtualTime;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * A table behind the SDK and a rough network, in virtual time. Each attempt of a call may be slow, get lost on its way there or
 * back, arrive when nobody reckons with it any more, be throttled, or fail although it was done; the SDK then tries again, up to
 * three times. A read may find what was there before the last write.
 */
final class RoughTable implements Table {
    private static final long MILLI = 1_000_000;
    private static final int ATTEMPTS = 3;

    private final MemoryItems items;
    private final VirtualTime time;
    private SplittableRandom random = new SplittableRandom(1);
    private int roughness;

    RoughTable(MemoryItems items, VirtualTime time) {
        this.items = items;
        this.time = time;
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

    private enum Fate {
        FINE,
        REQUEST_LOST,
        REPLY_LOST,
        LATE,
        THROTTLED,
        ERROR_BUT_DONE,
        ERROR
    }

    private Fate fate() {
        Fate[] bad = Fate.values();
        return random.nextInt(100) < roughness ? bad[1 + random.nextInt(bad.length - 1)] : Fate.FINE;
    }

    @Override
    public CompletableFuture<Outcome> write(Write write, long timeoutNanos) {
        Call call = new Call(timeoutNanos);
        call.attempt(1, repeated -> items.write(write, repeated), () -> items.write(write, true));
        return call.outcome;
    }

    @Override
    public CompletableFuture<Outcome> read(String key, long timeoutNanos) {
        Call call = new Call(timeoutNanos);
        boolean stale = random.nextInt(100) < roughness / 3;
        call.attempt(1, repeated -> new Outcome.Done(stale ? items.readStale(key) : items.read(key)), () -> {});
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

        void attempt(int number, Server server, Runnable late) {
            if (outcome.isDone()) {
                return;
            }
            if (number > ATTEMPTS) {
                finish(failed(throttledOnly ? Outcome.Kind.NOT_DONE : Outcome.Kind.PERHAPS_DONE));
                return;
            }
            long there = (1 + random.nextInt(random.nextInt(10) == 0 ? 400 : 8)) * MILLI;
            long back = (1 + random.nextInt(random.nextInt(10) == 0 ? 400 : 8)) * MILLI;
            Fate fate = fate();
            throttledOnly &= fate == Fate.THROTTLED;
            boolean repeated = number > 1;
            boolean[] over = new boolean[1];
            Consumer<Optional<Outcome>> reply = answer -> time.schedule(
                    () -> {
                        if (!over[0]) {
                            over[0] = true;
                            answer.ifPresentOrElse(this::finish, () -> attempt(number + 1, server, late));
                        }
                    },
                    back);
            switch (fate) {
                case FINE -> time.schedule(() -> reply.accept(Optional.of(server.does(repeated))), there);
                case REQUEST_LOST -> {}
                case REPLY_LOST -> time.schedule(() -> server.does(repeated), there);
                case LATE -> time.schedule(late, there + random.nextInt(8_000) * MILLI);
                case THROTTLED, ERROR -> time.schedule(() -> reply.accept(Optional.empty()), there);
                case ERROR_BUT_DONE ->
                    time.schedule(
                            () -> {
                                server.does(repeated);
                                reply.accept(Optional.empty());
                            },
                            there);
            }
            time.schedule(
                    () -> {
                        if (!over[0]) {
                            over[0] = true;
                            attempt(number + 1, server, late);
                        }
                    },
                    attemptNanos);
        }

        private Outcome.Failed failed(Outcome.Kind kind) {
            return new Outcome.Failed(kind, "the network is rough");
        }

        private void finish(Outcome result) {
            outcome.complete(result);
        }
    }
}
