package io.claviger.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.engine.Command;
import io.claviger.engine.Command.Waiting;
import io.claviger.engine.Event;
import io.claviger.engine.Origin;
import io.claviger.engine.OwnerKey;
import io.claviger.engine.SessionKind;
import io.claviger.local.LocalSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Notices of a space under many threads: each once, in the machine's order, one observer at a time. */
class LocalSpaceDeliveryTest {
    private static final int THREADS = 4;
    private static final int ROUNDS = 5_000;
    private static final Origin ORIGIN = Origin.unnumbered(1);

    private final LocalSpace space = new LocalSpace(new VirtualTime(), 0, 42);
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger together = new AtomicInteger();
    private final AtomicInteger queued = new AtomicInteger();

    /** Written by one observer at a time, which is what is tested. */
    private final List<Long> tokens = new ArrayList<>();

    @Test
    void everyNoticeArrivesOnceAndInOrder() throws Exception {
        space.host(1, this::observe);
        space.submit(new Command.OpenSession(1, SessionKind.CONNECTION, 0, new OwnerKey(9, 9), "delivery"));
        CyclicBarrier roundEnd = new CyclicBarrier(THREADS, this::checkRound);
        List<FutureTask<Boolean>> workers = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int thread = i;
            FutureTask<Boolean> worker = new FutureTask<>(() -> work(thread, roundEnd));
            workers.add(worker);
            new Thread(worker, "delivery-" + i).start();
        }
        for (FutureTask<Boolean> worker : workers) {
            worker.get(30, TimeUnit.SECONDS);
        }
        assertThat(together).hasValue(0);
        assertThat(tokens).isSorted().doesNotHaveDuplicates().hasSize(queued.get());
        assertThat(space.look("name", 1)).isEmpty();
    }

    private boolean work(int thread, CyclicBarrier roundEnd) throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            OwnerKey key = new OwnerKey(thread, i);
            Event.Reply reply = space.submit(new Command.Acquire(ORIGIN, "name", key, 1, 1, 0, Waiting.QUEUE));
            if (reply instanceof Event.Queued) {
                queued.incrementAndGet();
            }
            while (space.submit(new Command.Release(ORIGIN, key)) instanceof Event.NotHeld) {
                Thread.onSpinWait();
            }
            roundEnd.await(30, TimeUnit.SECONDS);
        }
        return true;
    }

    /** Between rounds nobody delivers, so that a notice which was left lying shows. */
    private void checkRound() {
        if (tokens.size() != queued.get()) {
            throw new IllegalStateException(tokens.size() + " notices of " + queued + " have arrived");
        }
    }

    private void observe(Event.Notice notice, long appliedNanos) {
        if (inside.getAndIncrement() != 0) {
            together.incrementAndGet();
        }
        tokens.add(((Event.Granted) notice).token());
        inside.decrementAndGet();
    }
}
