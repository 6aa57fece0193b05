package io.claviger.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.Holder;
import io.claviger.LeaderElection;
import io.claviger.LeaderObservation;
import io.claviger.Leadership;
import io.claviger.Lease;
import io.claviger.LossReason;
import io.claviger.RejectedException;
import io.claviger.UnavailableException;
import io.claviger.client.VirtualNetwork.VirtualClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Leaders, and who sees them, while connections break and servers are gone. */
@SuppressWarnings("MemberName")
class RemoteElectionTest extends VirtualFixture {
    @Test
    void S7_aLeaderThatIsCutOffIsToldBeforeTheNextIsElected() throws InterruptedException {
        Leadership leadership = election(a, "A").campaign();
        List<LossReason> losses = new CopyOnWriteArrayList<>();
        leadership.onLost(losses::add);
        List<String> atElection = new ArrayList<>();
        CompletableFuture<Leadership> next = election(b, "B").campaignAsync();
        next.thenAccept(elected -> atElection.add(losses + " " + leadership.isLeader()));
        a.lose(true, true);
        pass(TTL.plusSeconds(1));
        passSeconds(10);
        assertThat(next).isCompleted();
        assertThat(next.join().token()).isGreaterThan(leadership.token());
        assertThat(atElection).containsExactly("[SERVER_UNREACHABLE] false");
        a.lose(false, false);
        passSeconds(10);
        assertThat(election(a, "A").leader().orElseThrow().candidate()).isEqualTo("B");
    }

    @Test
    void aLeaderThatWasCutOffCampaignsAgainAlthoughItsFormerSessionStillLives() throws InterruptedException {
        Leadership leadership = election(a, "A").campaign();
        VirtualClient restarted = network.client(RemoteConfig.builder());
        a.lose(true, true);
        CompletableFuture<Leadership> again = election(restarted, "A").campaignAsync();
        passSeconds(1);
        assertThat(again).isNotDone();
        pass(TTL.plusSeconds(1));
        assertThat(again).isCompleted();
        assertThat(again.join().token()).isGreaterThan(leadership.token());
        restarted.locks.close();
    }

    @Test
    void aLookWhoseAnswerWasLostIsAskedAgainByTheNextStream() {
        Lease lease = take(b, "x");
        a.lose(false, true);
        CompletableFuture<List<Holder>> looked = a.locks.holdersAsync("x");
        network.settle();
        a.lose(false, false);
        a.cut();
        passSeconds(2);
        assertThat(looked).isCompleted();
        assertThat(looked.join()).extracting(Holder::token).containsExactly(lease.token());
        lease.close();
        assertThat(a.locks.holders("x")).isEmpty();
    }

    @Test
    void aLookIsAskedAgainInTheNextSession() {
        Lease lease = take(b, "x");
        a.lose(false, true);
        CompletableFuture<List<Holder>> looked = a.locks.holdersAsync("x");
        network.settle();
        a.lose(false, false);
        network.restart();
        passSeconds(2);
        assertThat(lease.isValid()).isFalse();
        assertThat(looked).isCompletedWithValue(List.of());
    }

    @Test
    void aLookFailsWhenNoServerCanBeReached() {
        a.refuse(true);
        a.cut();
        CompletableFuture<List<Holder>> looked = a.locks.holdersAsync("x");
        pass(CONNECT_TIMEOUT.plusSeconds(2));
        assertThat(failure(looked)).isInstanceOf(UnavailableException.class).hasMessageContaining("refuses");
    }

    @Test
    void aLookThatIsNeverAnsweredFailsOnceTheSessionIsOver() {
        a.lose(true, true);
        CompletableFuture<List<Holder>> looked = a.locks.holdersAsync("x");
        pass(TTL.plus(CONNECT_TIMEOUT.multipliedBy(2)).plusSeconds(2));
        assertThat(failure(looked)).isInstanceOf(UnavailableException.class);
    }

    @Test
    void aLookUnderWayFailsWhenTheClientIsClosed() {
        a.lose(false, true);
        CompletableFuture<List<Holder>> looked = a.locks.holdersAsync("x");
        network.settle();
        a.refuse(true);
        a.cut();
        a.locks.close();
        assertThat(failure(looked)).isInstanceOf(RejectedException.class).hasMessageContaining("closed");
    }

    @Test
    void anObserverLivesThroughAServerThatIsGone() throws InterruptedException {
        List<String> seen = new CopyOnWriteArrayList<>();
        LeaderObservation observation = election(a, "observer")
                .observe(leader ->
                        seen.add(leader.map(known -> known.candidate()).orElse("nobody")));
        Leadership leadership = election(b, "B").campaign();
        passSeconds(1);
        a.refuse(true);
        a.cut();
        leadership.resign();
        passSeconds(40);
        assertThat(seen).containsExactly("nobody", "B");
        a.refuse(false);
        passSeconds(10);
        assertThat(seen).containsExactly("nobody", "B", "nobody");
        observation.close();
    }

    private static LeaderElection election(VirtualClient client, String candidate) {
        return LeaderElection.of(client.locks, "office", candidate);
    }
}
