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
import io.claviger.Leadership;
import io.claviger.Lease;
import io.claviger.LeaseLostException;
import io.claviger.LockClient;
import io.claviger.LockOptions;
import io.claviger.LossReason;
import io.claviger.RejectedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

/** Who holds a name, and leaders who are elected by holding one. */
@SuppressWarnings("MemberName")
abstract class ElectionContract extends DeadlockContract {
    private static final Duration LOOK = Duration.ofMillis(50);

    @Test
    final void S2_holdersAreSeenByEveryone() {
        assertThat(c.holders(name())).isEmpty();
        Lease lease = take(a.lock(name(), LockOptions.DEFAULT.withActor("nightly")));
        Holder holder = c.holders(name()).get(0);
        assertThat(c.holders(name())).hasSize(1);
        assertThat(holder.token()).isEqualTo(lease.token());
        assertThat(holder.permits()).isEqualTo(1);
        assertThat(holder.actor()).contains("nightly");
        assertThat(holder.label()).isNotEmpty();
        assertThat(await(a.holdersAsync(name()))).containsExactly(holder);
        lease.release();
        assertThat(c.holders(name())).isEmpty();
    }

    @Test
    final void waitersAreNoHolders() {
        Lease lease = take(a.lock(name()));
        CompletableFuture<Lease> waiting = queue(b.lock(name()));
        assertThat(c.holders(name())).extracting(Holder::token).containsExactly(lease.token());
        assertThat(c.holders(name()).get(0).actor()).isEmpty();
        lease.release();
        FencingToken next = await(waiting).token();
        assertThat(c.holders(name())).extracting(Holder::token).containsExactly(next);
    }

    @Test
    final void holdersOfASemaphoreAreListedOldestFirst() {
        need(Capability.SEMAPHORES);
        Lease first = take(b.semaphore(name(), 5).permits(2));
        Lease second = take(a.semaphore(name(), 5));
        Lease third = take(b.semaphore(name(), 5));
        assertThat(c.holders(name()))
                .extracting(Holder::token)
                .containsExactly(first.token(), second.token(), third.token());
        assertThat(c.holders(name())).extracting(Holder::permits).containsExactly(2, 1, 1);
        second.release();
        assertThat(c.holders(name())).extracting(Holder::token).containsExactly(first.token(), third.token());
    }

    @Test
    final void closedClientSeesNoHolders() {
        c.close();
        assertThatThrownBy(() -> c.holders(name())).isInstanceOf(RejectedException.class);
        assertThat(failure(c.holdersAsync(name()))).isInstanceOf(RejectedException.class);
        assertThatThrownBy(() -> b.holders("")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    final void S1_oneLeadsAtATime() throws InterruptedException {
        Leadership leadership = elect(a, "A");
        assertThat(leadership.isLeader()).isTrue();
        leadership.checkpoint();
        CompletableFuture<Leadership> campaign = campaign(b, "B");
        assertThat(election(c, "C").campaign(Duration.ZERO)).isEmpty();
        for (LockClient client : List.of(a, b, c)) {
            assertThat(election(client, "any").leader()).contains(new Leader("A", leadership.token()));
        }
        leadership.resign();
        Leadership next = await(campaign);
        assertThat(leadership.isLeader()).isFalse();
        assertThat(election(a, "A").leader()).contains(new Leader("B", next.token()));
        next.resign();
        assertThat(election(c, "C").leader()).isEmpty();
    }

    @Test
    final void S3_eachLeaderHasAGreaterToken() {
        Leadership first = elect(a, "A");
        CompletableFuture<Leadership> second = campaign(b, "B");
        first.close();
        Leadership led = await(second);
        assertThat(led.token()).isGreaterThan(first.token());
        CompletableFuture<Leadership> third = campaign(c, "C");
        b.close();
        assertThat(await(third).token()).isGreaterThan(led.token());
        assertThat(led.isLeader()).isFalse();
    }

    @Test
    final void L3_deadLeaderIsFollowedWhenItsLeaseEnds() {
        Lease dead = take(a.lock(name(), manual().withActor("A")));
        CompletableFuture<Leadership> campaign = campaign(b, "B");
        pass(80);
        assertWaiting(campaign);
        assertThat(election(c, "C").leader()).contains(new Leader("A", dead.token()));
        pass(40);
        Leadership next = await(campaign);
        assertThat(next.token()).isGreaterThan(dead.token());
        assertThat(election(c, "C").leader()).contains(new Leader("B", next.token()));
    }

    @Test
    final void S6_leadershipWithALeaseIsKept() {
        ElectionOptions options = ElectionOptions.DEFAULT.withLease(lease());
        Leadership leadership =
                call(() -> LeaderElection.of(a, name(), "A", options).campaign());
        CompletableFuture<Leadership> campaign = campaign(b, "B");
        for (int i = 0; i < 6; i++) {
            pass(25);
        }
        assertWaiting(campaign);
        leadership.checkpoint();
        assertThat(leadership.validity()).isPositive().isLessThanOrEqualTo(lease());
    }

    @Test
    final void S7_loserIsToldBeforeTheNextIsElected() {
        Leadership leadership = elect(a, "A");
        List<String> order = new CopyOnWriteArrayList<>();
        leadership.onLost(reason -> order.add("lost " + reason));
        CompletableFuture<Leadership> campaign = campaign(b, "B");
        CompletableFuture<Void> elected = campaign.thenAccept(next -> order.add("elected"));
        backend.revoke(name());
        backend.settle();
        leadership.close();
        await(elected);
        assertThat(order).containsExactly("lost " + LossReason.REVOKED, "elected");
        assertThat(leadership.isLeader()).isFalse();
        assertThatThrownBy(leadership::checkpoint).isInstanceOf(LeaseLostException.class);
    }

    @Test
    final void S9_cancelledCampaignLeavesNothing() {
        Leadership leadership = elect(a, "A");
        CompletableFuture<Leadership> campaign = campaign(b, "B");
        assertThat(campaign.cancel(true)).isTrue();
        leadership.resign();
        backend.settle();
        assertThat(election(c, "C").leader()).isEmpty();
        elect(c, "C").resign();
    }

    @Test
    final void S9_interruptedCampaignLeavesNothing() {
        Leadership leadership = elect(a, "A");
        Blocking<Leadership> campaign = blocked(() -> election(b, "B").campaign());
        interrupt(campaign);
        assertThat(failure(campaign.result)).isInstanceOf(InterruptedException.class);
        leadership.resign();
        backend.settle();
        assertThat(election(c, "C").leader()).isEmpty();
    }

    @Test
    final void candidateMayStandByForAnOfficeAndCampaignAgainAndAgain() {
        Leadership first = elect(a, "A");
        // Neither circles of offices nor the same candidate twice are deadlocks: a campaign waits for nobody's sake.
        CompletableFuture<Leadership> again = campaign(a, "A");
        Leadership other = call(() -> LeaderElection.of(b, name("other"), "B").campaign());
        CompletableFuture<Leadership> standBy = campaign(b, "B");
        CompletableFuture<Leadership> standByToo =
                LeaderElection.of(a, name("other"), "A").campaignAsync();
        assertWaiting(standByToo);
        first.resign();
        await(again).resign();
        await(standBy).resign();
        other.resign();
        await(standByToo).resign();
    }

    @Test
    final void S2_observersOfAnotherClientSeeEachLeaderOnceInOrder() {
        List<String> seen = new CopyOnWriteArrayList<>();
        try (LeaderObservation observation = observe(c, seen)) {
            assertSees(seen, "nobody");
            Leadership first = elect(a, "A");
            assertSees(seen, "nobody", "A " + first.token());
            CompletableFuture<Leadership> campaign = campaign(b, "B");
            first.resign();
            Leadership second = await(campaign);
            assertSees(seen, "nobody", "A " + first.token(), "B " + second.token());
            second.resign();
            assertSees(seen, "nobody", "A " + first.token(), "B " + second.token(), "nobody");
            assertThat(observation).isNotNull();
        }
    }

    @Test
    final void closedObserverIsToldNothingMore() {
        List<String> seen = new CopyOnWriteArrayList<>();
        LeaderObservation observation = observe(c, seen);
        assertSees(seen, "nobody");
        observation.close();
        observation.close();
        elect(a, "A");
        letObserversLook();
        assertThat(seen).containsExactly("nobody");
    }

    @Test
    final void observerIsToldThePresentLeaderAtOnce() {
        Leadership leadership = elect(a, "A");
        List<String> seen = new CopyOnWriteArrayList<>();
        try (LeaderObservation observation = observe(b, seen)) {
            assertThat(observation).isNotNull();
            eventually("the leader is told", () -> seen.equals(List.of("A " + leadership.token())));
            letObserversLook();
            letObserversLook();
            assertThat(seen).containsExactly("A " + leadership.token());
        }
    }

    @Test
    final void whoHoldsTheNameOtherwiseLeadsUnderItsActorOrLabel() {
        Lease lease = take(a.lock(name()));
        String label = c.holders(name()).get(0).label();
        assertThat(election(c, "C").leader()).contains(new Leader(label, lease.token()));
    }

    private LeaderElection election(LockClient client, String candidate) {
        return LeaderElection.of(client, name(), candidate, ElectionOptions.DEFAULT.withObserveEvery(LOOK));
    }

    /** Elects whom nobody stands in the way of. */
    private Leadership elect(LockClient client, String candidate) {
        backend.settle();
        return call(() -> election(client, candidate).campaign());
    }

    /** Begins a campaign that must wait. */
    private CompletableFuture<Leadership> campaign(LockClient client, String candidate) {
        CompletableFuture<Leadership> campaign = election(client, candidate).campaignAsync();
        assertWaiting(campaign);
        return campaign;
    }

    private LeaderObservation observe(LockClient client, List<String> seen) {
        return election(client, "observer")
                .observe(leader -> seen.add(leader.map(known -> known.candidate() + " " + known.token())
                        .orElse("nobody")));
    }

    private void assertSees(List<String> seen, String... expected) {
        letObserversLook();
        eventually(
                "observers see " + List.of(expected) + ", not " + seen,
                () -> withoutGaps(seen).equals(List.of(expected)));
        assertThat(withoutGaps(seen)).containsExactly(expected);
    }

    /** Where grants are not pushed, an office may be seen to be vacant between two leaders. */
    private List<String> withoutGaps(List<String> seen) {
        List<String> told = new ArrayList<>(seen);
        if (!backend.capabilities().contains(Capability.PUSHED_GRANTS)) {
            for (int i = told.size() - 2; i > 0; i--) {
                if (told.get(i).equals("nobody")) {
                    told.remove(i);
                }
            }
        }
        return told;
    }

    /** Where time can be turned it is; elsewhere it passes by itself. */
    private void letObserversLook() {
        backend.settle();
        try {
            backend.advance(LOOK.multipliedBy(2));
        } catch (TestAbortedException realTime) {
            return;
        }
        backend.settle();
    }
}
