package io.claviger.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.DistributedLock;
import io.claviger.Lease;
import io.claviger.LeaseLostException;
import io.claviger.LockClient;
import io.claviger.LockOptions;
import io.claviger.LossReason;
import io.claviger.MultiLease;
import io.claviger.MultiLock;
import io.claviger.engine.Command;
import io.claviger.engine.Command.Urgency;
import io.claviger.local.LocalBackend;
import io.claviger.local.LocalSpace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Lock;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What one user of a space does wrong must not reach the others. */
@SuppressWarnings("MemberName")
class LocalIsolationTest {
    private static final Executor REJECTING = task -> {
        throw new RejectedExecutionException("shut down");
    };

    private final VirtualTime time = new VirtualTime();
    private final LocalSpace space = new LocalSpace(time, 1, 1);
    private final LockClient bystander = client(Runnable::run);
    private final List<Throwable> uncaught = new ArrayList<>();
    private Thread.@org.jspecify.annotations.Nullable UncaughtExceptionHandler usual;

    @BeforeEach
    void collectWhatIsUncaught() {
        usual = Thread.currentThread().getUncaughtExceptionHandler();
        Thread.currentThread().setUncaughtExceptionHandler((thread, failure) -> uncaught.add(failure));
    }

    @AfterEach
    void invariantsHold() {
        Thread.currentThread().setUncaughtExceptionHandler(usual);
        space.checkInvariants();
    }

    @Test
    void S7_aListenerThatThrowsKeepsNobodyElseFromBeingTold() {
        LockClient careless = client(Runnable::run);
        careless.lock("a").tryAcquire().orElseThrow().onLost(reason -> {
            throw new IllegalStateException("careless");
        });
        CompletableFuture<Lease> waiting = bystander.lock("a").acquireAsync();
        space.submit(new Command.Revoke("a", Optional.empty(), Urgency.NOW));
        assertThat(waiting).isCompleted();
        assertThat(uncaught)
                .singleElement()
                .satisfies(failure -> assertThat(failure).hasMessage("careless"));
    }

    @Test
    void L3_aClientWhoseListenersThrowIsClosedAllTheSame() {
        LockClient careless = client(Runnable::run);
        for (String name : List.of("a", "b", "c")) {
            careless.lock(name).tryAcquire().orElseThrow().onLost(reason -> {
                throw new IllegalStateException("careless");
            });
        }
        careless.close();
        for (String name : List.of("a", "b", "c")) {
            assertThat(bystander.lock(name).tryAcquire()).isPresent();
        }
        assertThat(uncaught).hasSize(3);
    }

    @Test
    void S7_anExecutorThatTakesNoMoreDoesNotKeepTheHolderFromBeingTold() throws Exception {
        LockClient shutDown = client(REJECTING);
        CompletableFuture<LossReason> told = new CompletableFuture<>();
        shutDown.lock("a").tryAcquire().orElseThrow().onLost(told::complete);
        shutDown.lock("b").acquireAsync().get(10, TimeUnit.SECONDS);
        shutDown.close();
        assertThat(told.get(10, TimeUnit.SECONDS)).isEqualTo(LossReason.CLIENT_CLOSED);
        assertThat(bystander.lock("a").tryAcquire()).isPresent();
        assertThat(bystander.lock("b").tryAcquire()).isPresent();
    }

    @Test
    void L5_aFutureThatTimesOutLeavesNothingBehind() {
        Lease held = bystander.lock("a").tryAcquire().orElseThrow();
        CompletableFuture<Lease> waiting = client(Runnable::run).lock("a").acquireAsync();
        waiting.completeExceptionally(new TimeoutException());
        assertThat(space.look("a", 9).orElseThrow().waiting()).isZero();
        held.close();
    }

    @Test
    void L3_closingALeaseWhoseValidityHasPassedFreesThePermitsAtOnce() {
        Lease lease = client(Runnable::run)
                .lock("a", LockOptions.manualLease(Duration.ofHours(24)))
                .tryAcquire()
                .orElseThrow();
        time.advance(lease.validity());
        assertThat(lease.isValid()).isFalse();
        assertThat(bystander.lock("a").tryAcquire()).isEmpty();
        lease.close();
        assertThat(bystander.lock("a").tryAcquire()).isPresent();
    }

    @Test
    @SuppressWarnings("LockNotBeforeTry") // the order of locks and unlocks is what is tested
    void S4_unlockGivesBackTheLeaseOfItsOwnThread() throws Exception {
        DistributedLock leased = client(Runnable::run).lock("a", LockOptions.manualLease(Duration.ofSeconds(10)));
        Lock lock = leased.asJavaLock();
        lock.lock();
        time.advance(Duration.ofSeconds(10));
        CompletableFuture.runAsync(lock::lock).get(10, TimeUnit.SECONDS);
        assertThatThrownBy(lock::unlock).isInstanceOf(LeaseLostException.class);
        assertThat(bystander.lock("a").tryAcquire())
                .as("the other thread still holds")
                .isEmpty();
        lock.unlock();
        assertThat(bystander.lock("a").tryAcquire()).isPresent();
    }

    @Test
    void aMultiLockOfManyNamesNeedsNoDeepStack() {
        LockClient client = client(Runnable::run);
        MultiLock many = MultiLock.of(IntStream.range(0, 20_000)
                .mapToObj(i -> client.lock("name-" + i))
                .toList());
        CompletableFuture<MultiLease> acquired = many.acquireAsync();
        assertThat(acquired).isCompleted();
        acquired.join().close();
        assertThat(space.look("name-0", 0)).isEmpty();
    }

    @Test
    void timersOfASpaceDoNotMultiply() {
        DistributedLock lock = client(Runnable::run).lock("a", LockOptions.manualLease(Duration.ofSeconds(1)));
        for (int i = 0; i < 50; i++) {
            assertThat(lock.tryAcquire()).isPresent();
            time.advance(Duration.ofSeconds(1));
        }
        assertThat(time.pending()).isZero();
    }

    private LockClient client(Executor executor) {
        return LockClient.over(new LocalBackend(space, executor, () -> {}));
    }
}
