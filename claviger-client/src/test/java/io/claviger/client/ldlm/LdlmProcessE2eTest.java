package io.claviger.client.ldlm;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.ClavigerServer;
import io.claviger.server.ServerConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A process that holds a lock and comes to its end. */
@Timeout(60)
class LdlmProcessE2eTest {
    private static final Duration HOUR = Duration.ofHours(1);

    /** Returns from main with a lock that is renewed in the background, and without closing anything. */
    static final class Holder {
        private Holder() {}

        /** Locks at the address that is given. */
        public static void main(String[] arguments) throws Exception {
            LdlmClient client = LdlmClient.connect(arguments[0]);
            LdlmLock lock = client.lockAsync("x", LdlmOptions.DEFAULT.withLockTimeout(HOUR))
                    .get();
            System.out.println(lock);
        }
    }

    @Test
    void aProcessWithALockExits_andItsLockIsReleased() throws Exception {
        try (ClavigerServer server = ClavigerServer.start(ServerConfig.builder()
                        .textPort(ServerConfig.OFF)
                        .grpcPort(0)
                        .build());
                LdlmClient next = LdlmClient.connect(
                        "localhost:" + server.fronts().get(0).address().getPort())) {
            Process process = new ProcessBuilder(List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            Holder.class.getName(),
                            "localhost:" + server.fronts().get(0).address().getPort()))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            assertThat(process.inputReader().readLine()).isEqualTo("LdlmLock['x', locked]");
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
            assertThat(next.lock("x").isLocked()).isTrue();
        }
    }
}
