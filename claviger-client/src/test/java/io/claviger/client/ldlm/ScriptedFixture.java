package io.claviger.client.ldlm;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.LossReason;
import io.claviger.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A client of a scripted server, in virtual time and in one thread. */
abstract class ScriptedFixture {
    static final Duration THIRTY = Duration.ofSeconds(30);

    private static final Logger LOGGER = Logger.getLogger("io.claviger.client.ldlm");

    private final Lines log = new Lines();
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

    @BeforeEach
    void collectTheLog() {
        LOGGER.setUseParentHandlers(false);
        LOGGER.addHandler(log);
    }

    /** What was lost is the test's concern, but nothing may be left behind, and no key may be in the log. */
    @AfterEach
    void nothingIsLeftBehind() {
        client.close();
        assertThat(time.pending()).isZero();
        LOGGER.removeHandler(log);
        assertThat(log.lines).noneMatch(line -> line.contains("key-"));
    }

    private static final class Lines extends Handler {
        private final List<String> lines = new ArrayList<>();

        @Override
        public void publish(LogRecord line) {
            lines.add(line.getLevel() + " " + line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    final List<String> logged() {
        return log.lines;
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
