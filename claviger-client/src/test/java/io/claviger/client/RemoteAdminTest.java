package io.claviger.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.Lease;
import io.claviger.LockClient;
import io.claviger.RejectedException;
import io.claviger.UnavailableException;
import io.claviger.client.RemoteAdmin.Grants;
import io.claviger.client.RemoteAdmin.Lock;
import io.claviger.client.RemoteAdmin.Session;
import io.claviger.client.RemoteAdmin.Urgency;
import io.claviger.server.ClavigerServer;
import io.claviger.server.ServerConfig;
import io.claviger.server.ServerStartException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@link RemoteAdmin} against a server over TCP. */
class RemoteAdminTest {
    private static final String REFUSED = " refuses connections; is a server running there?";

    @SuppressWarnings("NullAway.Init") // set before each test
    private ClavigerServer server;

    @SuppressWarnings("NullAway.Init") // set before each test
    private String url;

    @BeforeEach
    void start() throws ServerStartException {
        server = ClavigerServer.start(
                ServerConfig.builder().textPort(ServerConfig.OFF).grpcPort(0).build());
        url = "127.0.0.1:" + server.fronts().get(0).address().getPort();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static String nobody() throws Exception {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return "127.0.0.1:" + free.getLocalPort();
        }
    }

    private static RemoteAdmin admin(String hosts) {
        return RemoteConfig.parse("claviger://" + hosts + "?connect-timeout=2s").connectAdmin();
    }

    @Test
    void theFirstServerThatAnswersIsAsked() throws Exception {
        try (RemoteAdmin admin = admin(nobody() + "," + url)) {
            assertThat(admin.server()).hasToString(url);
            assertThat(admin.status().durability()).isEqualTo("volatile");
        }
    }

    @Test
    void noServer_isUnavailable_afterTheConnectTimeout() throws Exception {
        String gone = nobody();
        RemoteConfig config = RemoteConfig.parse("claviger://" + gone + "?connect-timeout=300ms");
        assertThatThrownBy(config::connectAdmin)
                .isInstanceOf(UnavailableException.class)
                .hasMessage("no server could be reached: " + gone + REFUSED);
    }

    @Test
    void aServerThatWentAway_isUnavailable_alsoForUnlock() {
        try (RemoteAdmin admin = admin(url)) {
            server.close();
            assertThatThrownBy(admin::status).isInstanceOf(UnavailableException.class);
            // It could not even connect, so that nothing was done is certain.
            assertThatThrownBy(() -> admin.unlock("n", Grants.all(), Urgency.NOW))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessage(url + REFUSED);
        }
    }

    @Test
    void looksAtLocksSessionsAndStatus() throws Exception {
        try (RemoteAdmin admin = admin(url);
                LockClient client = LockClient.connect("claviger://" + url + "?label=web1");
                Lease lease = client.semaphore("sem", 5).permits(2).acquire()) {
            Lock lock = admin.lock("sem").orElseThrow().lock();
            assertThat(lock.capacity() - lock.available()).isEqualTo(2);
            assertThat(lock.holders()).singleElement().satisfies(holder -> {
                assertThat(holder.label()).isEqualTo("web1");
                assertThat(holder.token()).hasValue(lease.token().value());
                assertThat(holder.leaseLeft()).isEmpty();
            });
            List<Session> sessions = new ArrayList<>();
            admin.forEachSession(sessions::add);
            assertThat(sessions).singleElement().satisfies(session -> {
                assertThat(session.claims()).isEqualTo(1);
                assertThat(session.left())
                        .hasValueSatisfying(
                                left -> assertThat(left).isBetween(Duration.ZERO, RemoteConfig.DEFAULT_SESSION_TTL));
            });
            assertThat(admin.status().holders()).isEqualTo(1);
            assertThat(admin.status().lastToken()).isEqualTo(lease.token().value());
            assertThat(admin.lock("other")).isEmpty();
        }
    }

    @Test
    void pagesThroughAllNames_inTheirOrder() {
        try (RemoteAdmin admin = admin(url);
                LockClient client = LockClient.connect("claviger://" + url)) {
            CompletableFuture<?>[] grants = new CompletableFuture<?>[2_100];
            for (int i = 0; i < grants.length; i++) {
                grants[i] = client.lock(String.format("n%04d", i)).acquireAsync();
            }
            CompletableFuture.allOf(grants).join();
            List<String> names = new ArrayList<>();
            admin.forEachLock("n", lock -> names.add(lock.name()));
            assertThat(names).hasSize(grants.length).isSorted().doesNotHaveDuplicates();
            assertThat(admin.locks("n20", "n2009", 5).locks())
                    .extracting(Lock::name)
                    .containsExactly("n2010", "n2011", "n2012", "n2013", "n2014");
        }
    }

    @Test
    void unlockTellsTheHolder_andHowManyWereTakenBack() throws Exception {
        try (RemoteAdmin admin = admin(url);
                LockClient client = LockClient.connect("claviger://" + url)) {
            CompletableFuture<Object> lost = new CompletableFuture<>();
            Lease lease = client.lock("n").acquire();
            lease.onLost(lost::complete);
            assertThat(admin.unlock("n", Grants.ofToken(1), Urgency.NOW)).isZero();
            assertThatThrownBy(() -> admin.unlock("n", Grants.ofKey("no key"), Urgency.NOW))
                    .isInstanceOf(RejectedException.class)
                    .hasMessage("taking grants back was refused: the key must be the text of a UUID");
            assertThat(admin.unlock("n", Grants.ofToken(lease.token().value()), Urgency.WHEN_SAFE))
                    .isEqualTo(1);
            assertThat(lost.join()).hasToString("REVOKED");
            assertThat(admin.unlock("free", Grants.all(), Urgency.WHEN_SAFE)).isZero();
        }
    }
}
