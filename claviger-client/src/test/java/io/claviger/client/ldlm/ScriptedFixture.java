package io.claviger.client.ldlm;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.LossReason;
import io.claviger.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;

/** A client of a scripted server, in virtual time and in one thread. */
abstract class ScriptedFixture {
    static final Duration THIRTY = Duration.ofSeconds(30);

    final VirtualTime time = new VirtualTime();
    final ScriptedServer server = new ScriptedServer();
    final List<String> lost = new ArrayList<>();
    final LdlmClient client = client(LdlmClient.builder("localhost"));

    final LdlmClient client(LdlmClientBuilder builder) {
        LdlmSettings settings = builder.onLost((lock, reason) -> lost.add(lock.name() + " " + reason))
                .executor(Runnable::run)
                .settings();
        return new LdlmClient(settings, new LdlmLocks(settings, server, time));
    }

    /** What was lost is the test's concern, but nothing may be left behind. */
    @AfterEach
    void nothingIsLeftBehind() {
        client.close();
        assertThat(time.pending()).isZero();
    }

    final void pass(long seconds) {
        time.advance(Duration.ofSeconds(seconds));
    }

    static LdlmOptions lockTimeout(long seconds) {
        return LdlmOptions.DEFAULT.withLockTimeout(Duration.ofSeconds(seconds));
    }

    static List<LossReason> losses(LdlmLock lock) {
        List<LossReason> told = new ArrayList<>();
        lock.onLost(told::add);
        return told;
    }

    static Throwable failure(CompletableFuture<?> future) {
        assertThat(future).isCompletedExceptionally();
        return future.handle((value, failure) -> failure).join();
    }
}
