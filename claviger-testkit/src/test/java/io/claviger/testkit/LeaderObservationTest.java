package io.claviger.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.Capability;
import io.claviger.ElectionOptions;
import io.claviger.FencingToken;
import io.claviger.Holder;
import io.claviger.Leader;
import io.claviger.LeaderElection;
import io.claviger.LeaderObservation;
import io.claviger.Lease;
import io.claviger.LockClient;
import io.claviger.RejectedException;
import io.claviger.UnavailableException;
import io.claviger.spi.AcquireRequest;
import io.claviger.spi.LockBackend;
import io.claviger.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The circle of asking, telling and waiting, one step at a time. */
@Timeout(60)
class LeaderObservationTest {
    private static final Duration EVERY = ElectionOptions.DEFAULT_OBSERVE_EVERY;

    private final Questions backend = new Questions();
    private final LeaderElection election = LeaderElection.of(LockClient.over(backend), "office", "observer");
    private final List<Optional<Leader>> told = new ArrayList<>();

    @Test
    void asksAgainOnlyWhenTheAnswerWasThereAndTheTimeHasPassed() {
        LeaderObservation observation = election.observe(told::add);
        assertThat(backend.open()).isEqualTo(1);
        backend.time.advance(EVERY.multipliedBy(5));
        assertThat(backend.open()).isEqualTo(1);
        backend.answer(holder("A", 1));
        assertThat(told).containsExactly(leader("A", 1));
        assertThat(backend.open()).isZero();
        backend.time.advance(EVERY.minusMillis(1));
        assertThat(backend.open()).isZero();
        backend.time.advance(Duration.ofMillis(1));
        assertThat(backend.open()).isEqualTo(1);
        observation.close();
    }

    @Test
    void eachLeaderIsToldOnceAlsoOneThatIsElectedAgain() {
        LeaderObservation observation = election.observe(told::add);
        next(holder("A", 1));
        next(holder("A", 1));
        next();
        next();
        next(holder("A", 2));
        next(holder("A", 3));
        assertThat(told).containsExactly(leader("A", 1), Optional.empty(), leader("A", 2), leader("A", 3));
        observation.close();
    }

    @Test
    void failuresAreOutlivedAndTellNothing() {
        LeaderObservation observation = election.observe(told::add);
        fail(new UnavailableException("gone"));
        assertThat(told).isEmpty();
        next(holder("A", 1));
        fail(new CompletionException(new UnavailableException("gone")));
        fail(new IllegalStateException("odd"));
        next(holder("A", 1));
        next(holder("B", 2));
        assertThat(told).containsExactly(leader("A", 1), leader("B", 2));
        observation.close();
    }

    @Test
    void aClientThatIsClosedEndsIt() {
        election.observe(told::add);
        next(holder("A", 1));
        fail(new CompletionException(new RejectedException("the client is closed")));
        backend.time.advance(EVERY.multipliedBy(3));
        assertThat(backend.open()).isZero();
        assertThat(backend.time.pending()).isZero();
        assertThat(told).hasSize(1);
    }

    @Test
    void closingCancelsTheWaitAndSilencesTheAnswerUnderWay() {
        LeaderObservation waiting = election.observe(told::add);
        backend.answer(holder("A", 1));
        assertThat(backend.time.pending()).isEqualTo(1);
        waiting.close();
        assertThat(backend.time.pending()).isZero();
        LeaderObservation asking = election.observe(told::add);
        asking.close();
        backend.answer(holder("B", 2));
        assertThat(backend.time.pending()).isZero();
        assertThat(told).containsExactly(leader("A", 1));
    }

    @Test
    void aListenerThatIsSlowHoldsUpTheNextLookAndOneThatThrowsDoesNotEndIt() {
        backend.late = true;
        LeaderObservation observation = election.observe(leader -> {
            told.add(leader);
            throw new IllegalStateException("thrown by a listener, as this test wants it");
        });
        backend.answer(holder("A", 1));
        backend.time.advance(EVERY.multipliedBy(3));
        assertThat(backend.open()).isZero();
        assertThat(told).isEmpty();
        backend.runTasks();
        next(holder("B", 2));
        assertThat(told).containsExactly(leader("A", 1));
        backend.runTasks();
        assertThat(told).containsExactly(leader("A", 1), leader("B", 2));
        observation.close();
    }

    @Test
    void candidatesAreNamedAsTheyNamedThemselves() {
        LeaderObservation observation = election.observe(told::add);
        next(holder("a b #1 #0123456789abcdef", 1));
        next(holder("x #0123456789abcdeg", 2));
        next(new Holder(new FencingToken(3), 1, Optional.empty(), "host 7"));
        assertThat(told).containsExactly(leader("a b #1", 1), leader("x #0123456789abcdeg", 2), leader("host 7", 3));
        observation.close();
    }

    @Test
    void whatIsNotAllowedIsNamed() {
        LockClient client = LockClient.over(backend);
        for (String bad : List.of("", "x".repeat(1_001), "\ud800")) {
            assertThatThrownBy(() -> LeaderElection.of(client, "office", bad))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("a candidate has 1 to 1000 characters");
        }
        assertThat(LeaderElection.of(client, "office", "x".repeat(1_000)).candidate())
                .hasSize(1_000);
        assertThatThrownBy(() -> LeaderElection.of(client, "", "A")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ElectionOptions.DEFAULT.withObserveEvery(Duration.ofMillis(9)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT0.009S");
        assertThatThrownBy(() -> ElectionOptions.DEFAULT.withObserveEvery(Duration.ofDays(2)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ElectionOptions.DEFAULT.withLease(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a lease lasts");
    }

    private void next(Holder... holders) {
        if (backend.open() == 0) {
            backend.time.advance(EVERY);
        }
        backend.answer(holders);
    }

    private void fail(RuntimeException failure) {
        if (backend.open() == 0) {
            backend.time.advance(EVERY);
        }
        backend.oldest().completeExceptionally(failure);
    }

    private static Holder holder(String actor, long token) {
        return new Holder(new FencingToken(token), 1, Optional.of(actor), "label");
    }

    private static Optional<Leader> leader(String candidate, long token) {
        return Optional.of(new Leader(candidate, new FencingToken(token)));
    }

    /** Questions that the test answers, and tasks that it runs. */
    private static final class Questions implements LockBackend {
        final VirtualTime time = new VirtualTime();
        boolean late;
        private final ArrayDeque<CompletableFuture<List<Holder>>> asked = new ArrayDeque<>();
        private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

        int open() {
            return asked.size();
        }

        CompletableFuture<List<Holder>> oldest() {
            return Objects.requireNonNull(asked.poll(), "nothing is asked");
        }

        void answer(Holder... holders) {
            oldest().complete(List.of(holders));
        }

        void runTasks() {
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
            }
        }

        @Override
        public Set<Capability> capabilities() {
            return EnumSet.noneOf(Capability.class);
        }

        @Override
        public Executor executor() {
            return late ? tasks::add : Runnable::run;
        }

        @Override
        public TimeSource time() {
            return time;
        }

        @Override
        public CompletableFuture<Optional<Lease>> acquire(AcquireRequest request) {
            throw new UnsupportedOperationException("acquire");
        }

        @Override
        public CompletableFuture<Lease> adopt(String text) {
            throw new UnsupportedOperationException("adopt");
        }

        @Override
        public CompletableFuture<List<Holder>> holders(String name) {
            CompletableFuture<List<Holder>> question = new CompletableFuture<>();
            asked.add(question);
            return question;
        }

        @Override
        public void close() {}
    }
}
