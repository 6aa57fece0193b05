package io.claviger.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.engine.Command;
import io.claviger.engine.Event;
import io.claviger.engine.Limits;
import io.claviger.engine.LockMachine;
import io.claviger.engine.Origin;
import io.claviger.engine.OwnerKey;
import io.claviger.engine.SessionKind;
import io.netty.util.concurrent.DefaultEventExecutor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VolatileSequencerTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Origin ONE = Origin.unnumbered(1);
    private static final Origin TWO = Origin.unnumbered(2);

    private final DefaultEventExecutor executor = new DefaultEventExecutor();
    private final AtomicLong monotonic = new AtomicLong(-5);
    private final VolatileSequencer sequencer = new VolatileSequencer(executor, monotonic::get);
    private final List<String> told = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void stop() {
        sequencer.close();
        executor.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    @Test
    void recordsTakeAQuarterOfTheMemoryAtMost() {
        assertThat(VolatileSequencer.recordRoom(128L << 20)).isEqualTo(32L << 20);
        assertThat(VolatileSequencer.recordRoom(8L << 30)).isEqualTo(Limits.MAX_RECORD_BYTES);
        assertThat(VolatileSequencer.recordRoom(Long.MAX_VALUE)).isEqualTo(Limits.MAX_RECORD_BYTES);
    }

    @Test
    void aCommandOfItsOwnThreadIsAppliedAtOnce() {
        boolean done =
                onThread(() -> sequencer.submit(open(1)).toCompletableFuture().isDone());
        assertThat(done).isTrue();
        assertThat(join(sequencer.query(LockMachine::sessionCount))).isEqualTo(1);
    }

    @Test
    void L2_repliesAndNoticesComeInTheOrderOfTheSteps() {
        for (long session = 1; session <= 2; session++) {
            long id = session;
            sequencer.host(id, notice -> told.add(id + " " + notice.getClass().getSimpleName()));
            join(sequencer.submit(open(id)));
        }
        join(sequencer.submit(acquire(ONE, 1)));
        join(sequencer.submit(acquire(TWO, 2)));
        onThread(() -> {
            tell("released", sequencer.submit(new Command.Release(ONE, key(1))));
            tell("acquired", sequencer.submit(acquire(ONE, 3)));
            tell("released", sequencer.submit(new Command.Release(TWO, key(2))));
            return true;
        });
        join(sequencer.query(LockMachine::lastIndex));
        assertThat(told).containsExactly("released", "2 Granted", "acquired", "released", "1 Granted");
    }

    @Test
    void anObserverThatSubmitsDoesNotOvertake() {
        sequencer.host(1, notice -> told.add("1 " + notice.getClass().getSimpleName()));
        sequencer.host(2, notice -> {
            told.add("2 " + notice.getClass().getSimpleName());
            if (notice instanceof Event.Granted granted) {
                CompletionStage<Event.Reply> reply = sequencer.submit(new Command.Release(TWO, granted.key()));
                assertThat(reply.toCompletableFuture().isDone()).isFalse();
                tell("2 released", reply);
            }
        });
        join(sequencer.submit(open(1)));
        join(sequencer.submit(open(2)));
        join(sequencer.submit(acquire(ONE, 1)));
        for (int i = 0; i < 3; i++) {
            join(sequencer.submit(acquire(TWO, 10 + i)));
        }
        join(sequencer.submit(acquire(ONE, 20)));
        join(sequencer.submit(new Command.Release(ONE, key(1))));
        TestWait.until(() -> told.contains("1 Granted"));
        assertThat(told)
                .containsExactly(
                        "2 Granted", "2 released", "2 Granted", "2 released", "2 Granted", "2 released", "1 Granted");
    }

    @Test
    void aBrokenObserverDoesNotKeepOthersFromBeingTold() {
        sequencer.host(1, notice -> {
            throw new IllegalStateException("broken on purpose");
        });
        sequencer.host(2, notice -> told.add("2"));
        join(sequencer.submit(open(1)));
        join(sequencer.submit(open(2)));
        join(sequencer.submit(lease(ONE, "a", 1, SECOND)));
        join(sequencer.submit(lease(TWO, "b", 2, SECOND)));
        monotonic.addAndGet(SECOND);
        join(sequencer.query(LockMachine::lastIndex));
        TestWait.until(() -> told.contains("2"));
    }

    @Test
    void anObserverWithoutMemoryDoesNotKeepOthersFromBeingTold() {
        sequencer.host(1, notice -> {
            throw new OutOfMemoryError("on purpose");
        });
        sequencer.host(2, notice -> told.add("2"));
        join(sequencer.submit(open(1)));
        join(sequencer.submit(open(2)));
        join(sequencer.submit(lease(ONE, "a", 1, SECOND)));
        join(sequencer.submit(lease(TWO, "b", 2, SECOND)));
        monotonic.addAndGet(SECOND);
        join(sequencer.query(LockMachine::lastIndex));
        TestWait.until(() -> told.contains("2"));
    }

    @Test
    void S6_aPauseAddsAtMostOneSecond() {
        join(sequencer.submit(open(1)));
        join(sequencer.submit(lease(ONE, "a", 1, 2 * SECOND)));
        monotonic.addAndGet(3_600 * SECOND);
        assertThat(join(sequencer.query(LockMachine::lockCount))).isEqualTo(1);
        monotonic.addAndGet(SECOND - 1);
        assertThat(join(sequencer.query(LockMachine::lockCount))).isEqualTo(1);
        monotonic.addAndGet(1);
        assertThat(join(sequencer.query(LockMachine::lockCount))).isZero();
    }

    @Test
    void S6_expiryComesBeforeALateRenewal() {
        join(sequencer.submit(open(1)));
        join(sequencer.submit(lease(ONE, "a", 1, SECOND)));
        monotonic.addAndGet(SECOND);
        assertThat(join(sequencer.submit(new Command.Renew(ONE, key(1), 0)))).isInstanceOf(Event.NotHeld.class);
    }

    @Test
    void afterCloseCommandsAreRefused() {
        sequencer.close();
        sequencer.close();
        assertThat(sequencer.submit(open(1)).toCompletableFuture()).isCompletedExceptionally();
    }

    @Test
    void leavingEndsTheTelling() {
        sequencer.host(1, notice -> told.add("1"));
        join(sequencer.submit(open(1)));
        join(sequencer.submit(lease(ONE, "a", 1, SECOND)));
        sequencer.leave(1);
        monotonic.addAndGet(SECOND);
        assertThat(join(sequencer.query(LockMachine::lockCount))).isZero();
        join(sequencer.query(LockMachine::lockCount));
        assertThat(told).isEmpty();
    }

    private void tell(String what, CompletionStage<Event.Reply> reply) {
        reply.thenAccept(answer -> told.add(what));
    }

    private <T> T onThread(java.util.concurrent.Callable<T> action) {
        return executor.submit(action).awaitUninterruptibly().getNow();
    }

    private static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
    }

    private static Command open(long session) {
        return new Command.OpenSession(session, SessionKind.CONNECTION, 0, key(-session), "test");
    }

    private static Command acquire(Origin origin, long key) {
        return new Command.Acquire(origin, "a", key(key), 1, 1, 0, Command.Waiting.QUEUE);
    }

    private static Command lease(Origin origin, String name, long key, long leaseNanos) {
        return new Command.Acquire(origin, name, key(key), 1, 1, leaseNanos, Command.Waiting.NEVER);
    }

    private static OwnerKey key(long number) {
        return new OwnerKey(7, number);
    }
}
