package io.claviger.server.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.ServerConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a lock line may carry beyond the classic protocol, and the limits of connections. */
class TextAdditionsTest {
    private static final String TOKEN_AND_KEY = "ok,token:\\d+,key:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

    private final TextServer server = new TextServer();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void S4_aHolderWhoseGrantIsReleasedByAnotherIsToldAndDisconnected() {
        try (Wire holder = server.connect();
                Wire other = server.connect()) {
            String granted = holder.send("lock,name:a,info:1\n").line();
            String key = granted.substring(granted.indexOf("key:"));
            other.send(".session\nrelease,name:a," + key + ",id:1\n");
            assertThat(other.line()).isEqualTo("session");
            assertThat(other.line()).isEqualTo("released,id:1");
            assertThat(holder.rest()).matches("lost,name:a,token:\\d+,reason:released\n");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "wait:-1, wait",
        "wait:1e3, wait",
        "wait:, wait",
        "wait, wait",
        "wait:.5, wait",
        "wait:5., wait",
        "wait:1.2345, wait",
        "wait:+1, wait",
        "wait:99999999999999999999, wait",
        "wait:٣, wait",
        "lease:x, lease",
        "lease:3153600000.001, lease",
        "size:0, size",
        "size:1.0, size",
        "size:2147483648, size",
        "permits:0, permits",
        "permits:2, permits",
        "half-close:no, half-close",
        "info:2, info",
    })
    void refusesABadValue(String param, String key) {
        try (Wire wire = server.connect()) {
            assertThat(wire.send("lock,name:a," + param + "\n").rest()).isEqualTo("err,invalid " + key + "\n");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "wait:0",
                "wait:0.001",
                "wait:007.5",
                "lease:3153600000",
                "lease:0",
                "size:1",
                "permits:1",
                "size:2147483647,permits:2147483647",
                "half-close:keep",
                "half-close:release",
                "info:0"
            })
    void takesAGoodValue(String params) {
        try (Wire wire = server.connect()) {
            assertThat(wire.send("lock,name:a," + params + "\nrelease\n").rest())
                    .isEqualTo("ok\nreleased\n");
        }
    }

    @Test
    void S3_infoTellsTokenAndKeyAndTokensGrow() {
        long last = 0;
        for (int i = 0; i < 5; i++) {
            try (Wire wire = server.connect()) {
                String answer = wire.ask("lock,name:a,info:1");
                assertThat(answer).matches(TOKEN_AND_KEY);
                long token = Long.parseLong(answer.replaceAll("ok,token:(\\d+),.*", "$1"));
                assertThat(token).isGreaterThan(last);
                last = token;
                assertThat(wire.ask("release")).isEqualTo("released");
            }
        }
    }

    @Test
    void S10_permitsAreExactAndAnotherSizeIsRefused() {
        try (Wire one = server.connect();
                Wire two = server.connect();
                Wire three = server.connect();
                Wire four = server.connect()) {
            assertThat(one.ask("lock,name:s,size:3,permits:2")).isEqualTo("ok");
            assertThat(two.send("lock,name:s,size:3,permits:2\n").rest()).isEqualTo("not-granted\n");
            assertThat(three.ask("lock,name:s,size:3")).isEqualTo("ok");
            assertThat(four.send("lock,name:s\n").rest()).isEqualTo("err,lock size mismatch\n");
        }
    }

    @Test
    void L2_waitersAreServedInOrderAcrossConnections() {
        Wire holder = server.holder("q");
        Wire[] waiters = new Wire[20];
        try (Wire watch = server.session()) {
            for (int i = 0; i < waiters.length; i++) {
                waiters[i] = server.connect();
                waiters[i].send("lock,name:q,wait:30\n");
                // The server's one thread takes the bytes of the waiter before those of a later round trip.
                assertThat(watch.ask(".ping,id:1")).isEqualTo("pong,id:1");
            }
        }
        Wire current = holder;
        for (Wire next : waiters) {
            assertThat(current.ask("release")).isEqualTo("released");
            assertThat(next.line()).isEqualTo("ok");
            current.close();
            current = next;
        }
        current.close();
    }

    @Test
    void linesSentWhileWaitingAreAnsweredAfterTheGrant() {
        try (Wire holder = server.holder("w");
                Wire waiter = server.connect()) {
            waiter.send("lock,name:w,wait:30\n.keepalive\n.ping\nrelease\n");
            awaitWaiter(waiter);
            assertThat(holder.ask("release")).isEqualTo("released");
            assertThat(waiter.rest()).isEqualTo("ok\nalive\nbad-action\nreleased\n");
        }
        assertThat(server.isFree("w")).isTrue();
    }

    @Test
    void tooMuchSentWhileWaitingIsABadRequest() {
        try (Wire holder = server.holder("w");
                Wire waiter = server.connect()) {
            waiter.send("lock,name:w,wait:30\n" + ".keepalive\n".repeat(7_000));
            assertThat(waiter.rest()).isEqualTo("bad-request\n");
            assertThat(holder.ask("release")).isEqualTo("released");
        }
        assertThat(server.isFree("w")).isTrue();
    }

    @Test
    void S9_aWaiterThatDisconnectsIsNeverGranted() {
        try (Wire holder = server.holder("d")) {
            Wire closed = server.connect().send("lock,name:d,wait:30\n");
            Wire reset = server.connect().send("lock,name:d,wait:30\n");
            Wire halfClosed = server.connect().send("lock,name:d,wait:30\n").halfClose();
            assertThat(halfClosed.rest()).isEqualTo("not-granted\n");
            closed.close();
            reset.reset();
            halfClosed.close();
            assertThat(holder.ask("release")).isEqualTo("released");
            server.awaitFree("d");
            assertThat(server.lockCount()).isZero();
        }
    }

    @Test
    void halfCloseKeepHoldsAndWaitsOn() {
        try (Wire holder = server.connect();
                Wire waiter = server.connect()) {
            assertThat(holder.send("lock,name:k,half-close:keep\n").halfClose().line())
                    .isEqualTo("ok");
            assertThat(server.isFree("k")).isFalse();
            waiter.send("lock,name:k,wait:30,half-close:keep\nrelease\n").halfClose();
            awaitWaiter(waiter);
            holder.reset();
            assertThat(waiter.rest()).isEqualTo("ok\nreleased\n");
        }
        assertThat(server.isFree("k")).isTrue();
    }

    @Test
    void moreConnectionsThanTheLimitAreRefusedInWords() {
        try (TextServer small = new TextServer(ServerConfig.builder().maxConnections(2));
                Wire one = small.holder("a");
                Wire two = small.holder("b");
                Wire three = small.connect()) {
            assertThat(three.rest()).isEqualTo("err,too many connections\n");
            assertThat(one.ask(".keepalive")).isEqualTo("alive");
            assertThat(two.send("release\n").rest()).isEqualTo("released\n");
            two.hangUp();
            three.hangUp();
            TextServer.await(
                    () -> {
                        try (Wire again = small.connect()) {
                            return again.send(".ping\n").rest().equals("pong\n");
                        }
                    },
                    "a place");
        }
    }

    @Test
    void shutdownIsAcceptedFromLoopbackIfAllowed() {
        try (TextServer open = new TextServer(ServerConfig.builder().allowShutdown(true));
                Wire holder = open.holder("a");
                Wire asker = open.connect()) {
            assertThat(asker.send(".server-shutdown\n").rest()).isEqualTo("shutting-down\n");
            assertThat(holder.rest()).isEmpty();
            open.server().terminated().toCompletableFuture().join();
        }
    }

    /** The server's one thread has taken what the waiter sent when it answers somebody who came later. */
    private void awaitWaiter(Wire waiter) {
        assertThat(waiter.socket().isConnected()).isTrue();
        assertThat(server.isFree("someone-else")).isTrue();
    }
}
