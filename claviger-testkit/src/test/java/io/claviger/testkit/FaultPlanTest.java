package io.claviger.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FaultPlanTest {
    private static final Duration SHORT = Duration.ofMillis(5);

    @Test
    void oneSeedMakesOnePlan() {
        FaultPlan plan = FaultPlan.rough(42, 300, SHORT);
        assertThat(FaultPlan.rough(42, 300, SHORT).steps()).isEqualTo(plan.steps());
        assertThat(FaultPlan.rough(43, 300, SHORT).steps()).isNotEqualTo(plan.steps());
        assertThat(plan).hasToString("FaultPlan.rough(42L, 300, Duration.parse(\"PT0.005S\"))");
    }

    @Test
    void everyFaultIsHealedAndNoneIsLongerThanSaid() {
        List<FaultPlan.Step> steps = FaultPlan.rough(7, 300, SHORT).steps();
        assertThat(steps)
                .hasSize(600)
                .allSatisfy(step -> assertThat(step.pause()).isBetween(Duration.ZERO, SHORT));
        for (int i = 0; i < steps.size(); i += 2) {
            assertThat(steps.get(i).fault()).isNotInstanceOf(Fault.Heal.class);
            assertThat(steps.get(i + 1).fault()).isInstanceOf(Fault.Heal.class);
        }
    }

    @Test
    void roughPlansHaveEverythingAndSlowOnesLoseNothing() {
        assertThat(kinds(FaultPlan.rough(1, 300, SHORT)))
                .containsExactlyInAnyOrder(
                        Fault.Delay.class,
                        Fault.Hold.class,
                        Fault.BlackHole.class,
                        Fault.CutAfter.class,
                        Fault.Refuse.class,
                        Fault.DeadEnd.class,
                        Fault.Heal.class);
        assertThat(kinds(FaultPlan.slow(1, 300, SHORT)))
                .containsExactlyInAnyOrder(Fault.Delay.class, Fault.Hold.class, Fault.Heal.class);
    }

    private static Set<Class<?>> kinds(FaultPlan plan) {
        return plan.steps().stream().map(step -> step.fault().getClass()).collect(Collectors.toSet());
    }

    @Test
    void refusesPlansOfNothing() {
        assertThatThrownBy(() -> FaultPlan.slow(1, -1, SHORT)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> FaultPlan.slow(1, 1, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("longer than nothing");
    }

    @Test
    void slowPlanLosesAndReordersNothing() throws Exception {
        byte[] sent = new byte[200_000];
        new SplittableRandom(3).nextBytes(sent);
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                FaultProxy proxy = FaultProxy.to((InetSocketAddress) server.getLocalSocketAddress());
                Socket client =
                        new Socket(proxy.address().getAddress(), proxy.address().getPort());
                Socket accepted = server.accept()) {
            CompletableFuture<Void> played = proxy.play(FaultPlan.slow(11, 40, SHORT));
            CompletableFuture<Void> written = CompletableFuture.runAsync(() -> write(client, sent));
            assertThat(accepted.getInputStream().readNBytes(sent.length)).isEqualTo(sent);
            written.get(30, TimeUnit.SECONDS);
            played.get(30, TimeUnit.SECONDS);
        }
    }

    private static void write(Socket client, byte[] sent) {
        try {
            for (int i = 0; i < sent.length; i += 500) {
                client.getOutputStream().write(sent, i, 500);
            }
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    @Test
    void roughPlanLeavesAProxyThatWorks() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                FaultProxy proxy = FaultProxy.to((InetSocketAddress) server.getLocalSocketAddress())) {
            proxy.play(FaultPlan.rough(5, 60, SHORT)).get(30, TimeUnit.SECONDS);
            try (Socket client = new Socket(
                            proxy.address().getAddress(), proxy.address().getPort());
                    Socket accepted = server.accept()) {
                client.getOutputStream().write(7);
                assertThat(accepted.getInputStream().read()).isEqualTo(7);
            }
        }
    }

    @Test
    void closingTheProxyEndsThePlan() throws Exception {
        FaultProxy proxy = FaultProxy.to(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1));
        CompletableFuture<Void> played = proxy.play(FaultPlan.rough(5, 60, Duration.ofDays(1)));
        proxy.close();
        assertThat(played.get(10, TimeUnit.SECONDS)).isNull();
    }
}
