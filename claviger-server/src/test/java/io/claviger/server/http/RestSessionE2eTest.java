package io.claviger.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.protocol.v1.LockInfo;
import io.claviger.server.LdlmConfig;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The life of REST sessions. */
class RestSessionE2eTest {
    private static final Duration IDLE = Duration.ofSeconds(1);

    @Test
    void anIdleSessionEndsAndFreesItsLocks() {
        try (RestServer server = new RestServer(RestServer.idle(IDLE))) {
            RestClient client = server.session();
            client.lock("a");
            assertThat(server.tryByText("a")).isEqualTo("not-granted");
            server.awaitFree("a");
            HttpResponse<String> answer = client.post("/v1/lock", "{\"name\":\"a\"}");
            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(answer.body()).contains("session cookie invalid or expired");
            assertThat(answer.headers().allValues("set-cookie")).isEmpty();
        }
    }

    @Test
    void aSessionThatWasNeverUsedEndsAsWell() throws Exception {
        try (RestServer server = new RestServer(RestServer.idle(IDLE))) {
            RestClient client = server.session();
            // No look in between, since each would begin the idle time anew.
            Thread.sleep(2 * IDLE.toMillis());
            assertThat(client.send("DELETE", "/session", "").statusCode()).isEqualTo(409);
        }
    }

    @Test
    void everyRequestKeepsASessionAlsoOneThatFails() throws Exception {
        try (RestServer server = new RestServer(RestServer.idle(Duration.ofSeconds(3)))) {
            RestClient client = server.session();
            client.lock("a");
            String[] paths = {"/v1/lock", "/nowhere", "/session"};
            for (int i = 0; i < 6; i++) {
                Thread.sleep(1_000);
                client.send(i % 3 == 2 ? "GET" : "POST", paths[i % 3], "{");
            }
            assertThat(server.tryByText("a")).isEqualTo("not-granted");
            server.awaitFree("a");
        }
    }

    @Test
    void locksOutliveTheirSessionIfTheServerKeepsThem() {
        LdlmConfig keeping = LdlmConfig.DEFAULT.withKeepOnDisconnect(true);
        try (RestServer server = new RestServer(keeping)) {
            RestClient client = server.session();
            String key = client.lock("a");
            assertThat(client.send("DELETE", "/session", "").statusCode()).isEqualTo(200);
            assertThat(server.tryByText("a")).isEqualTo("not-granted");
            assertThat(server.session().unlock("a", key).get("unlocked").getAsBoolean())
                    .isTrue();
            assertThat(server.tryByText("a")).isEqualTo("ok");
        }
    }

    @Test
    void administratorsSeeWhoHolds() {
        try (RestServer server = new RestServer()) {
            server.session().lock("a");
            LockInfo lock = server.lock("a").orElseThrow();
            assertThat(lock.getHolders(0).getLabel()).isEqualTo("LDLM REST client at 127.0.0.1");
        }
    }

    @Test
    void oneLockSpaceWithTheTextFront() {
        try (RestServer server = new RestServer()) {
            RestClient client = server.session();
            String key = client.lock("es");
            assertThat(server.tryByText("es")).isEqualTo("not-granted");
            client.unlock("es", key);
            assertThat(server.tryByText("es")).isEqualTo("ok");
        }
    }

    @Test
    void aThousandSessionsHoldAThousandLocks() {
        try (RestServer server = new RestServer()) {
            List<RestClient> clients = new ArrayList<>();
            Set<String> ids = new HashSet<>();
            for (int i = 0; i < 1_000; i++) {
                RestClient client = server.session();
                clients.add(client);
                ids.add(client.cookie());
                client.lock("n" + i);
            }
            assertThat(ids).hasSize(1_000);
            for (int i = 0; i < 1_000; i += 100) {
                assertThat(server.tryByText("n" + i)).isEqualTo("not-granted");
            }
            for (RestClient client : clients) {
                assertThat(client.send("DELETE", "/session", "").statusCode()).isEqualTo(200);
            }
            for (int i = 0; i < 1_000; i += 100) {
                assertThat(server.tryByText("n" + i)).isEqualTo("ok");
            }
        }
    }
}
