package io.claviger.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.engine.OwnerKey;
import io.claviger.server.MachineLoop;
import io.claviger.server.Sequencer;
import io.claviger.server.ldlm.LdlmSessions;
import io.netty.util.concurrent.DefaultEventExecutor;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When a session runs out, without a clock. */
class RestSessionTest {
    private static final long IDLE = 100;

    private final DefaultEventExecutor executor = new DefaultEventExecutor();
    private final MachineLoop loop = new MachineLoop(executor);

    /** A session exists for the machine from its first request on, and none is made here. */
    private final LdlmSessions ldlm = new LdlmSessions(unused(), loop, () -> 1, () -> new OwnerKey(1, 1), false);

    private final RestSession session = new RestSession("id", ldlm.newSession("test"), IDLE, 0);

    @AfterEach
    void stop() {
        executor.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(5_000);
    }

    private static Sequencer unused() {
        return (Sequencer) Proxy.newProxyInstance(
                Sequencer.class.getClassLoader(), new Class<?>[] {Sequencer.class}, (proxy, method, arguments) -> {
                    throw new AssertionError("not to be asked: " + method);
                });
    }

    @Test
    void anUnusedSessionRunsOutAfterTheIdleTime() {
        assertThat(session.idleLeftNanos(99)).isEqualTo(1);
        assertThat(session.isEnded()).isFalse();
        assertThat(session.idleLeftNanos(100)).isZero();
        assertThat(session.isEnded()).isTrue();
        assertThat(session.begin()).isEqualTo(RestSession.Beginning.ENDED);
        assertThat(session.end()).isFalse();
    }

    @Test
    void theIdleTimeBeginsWhenTheLastRequestIsOver() {
        session.begin();
        session.begin();
        assertThat(session.finish(50)).as("one is looking already").isFalse();
        assertThat(session.idleLeftNanos(100)).isEqualTo(RestSession.IN_USE);
        assertThat(session.finish(500)).as("nobody looks any more").isTrue();
        assertThat(session.idleLeftNanos(600)).isZero();
    }

    @Test
    void aRequestThatBeginsAndEndsBetweenLooksRestartsTheTime() {
        session.begin();
        assertThat(session.finish(60)).isFalse();
        assertThat(session.idleLeftNanos(100)).isEqualTo(60);
        assertThat(session.idleLeftNanos(160)).isZero();
    }

    @Test
    void aSessionHasALimitOfRequests() {
        for (int i = 0; i < HttpLimits.MAX_CALLS_PER_SESSION; i++) {
            assertThat(session.begin()).isEqualTo(RestSession.Beginning.BEGUN);
        }
        assertThat(session.begin()).isEqualTo(RestSession.Beginning.TOO_MANY);
        session.finish(1);
        assertThat(session.begin()).isEqualTo(RestSession.Beginning.BEGUN);
    }

    @Test
    void aSessionEndsOnce() {
        assertThat(session.end()).isTrue();
        assertThat(session.end()).isFalse();
        assertThat(session.idleLeftNanos(1_000)).isEqualTo(RestSession.IN_USE);
    }

    @Test
    void thereIsALimitOfSessions() {
        RestSessions sessions = new RestSessions(loop, ldlm, Duration.ofMinutes(10));
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < HttpLimits.MAX_SESSIONS; i++) {
            ids.add(sessions.create("test").orElseThrow().id());
        }
        assertThat(ids).hasSize(HttpLimits.MAX_SESSIONS);
        assertThat(sessions.create("one too many")).isEmpty();
        RestSession first = Objects.requireNonNull(sessions.find(ids.iterator().next()));
        assertThat(sessions.end(first).orTimeout(5, TimeUnit.SECONDS).join()).isTrue();
        assertThat(sessions.find(first.id())).isNull();
        assertThat(sessions.create("in its place")).isPresent();
    }
}
