package io.claviger.server.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The classic protocol: its tables and transcripts, row by row, in exact bytes. */
@TestInstance(Lifecycle.PER_CLASS)
class TextProtocolTest {
    private TextServer server = new TextServer();

    @BeforeAll
    void restart() {
        server.close();
        server = new TextServer();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    static Stream<Arguments> firstRequests() {
        return Stream.of(
                row("", "bad-request"),
                row("   ", "bad-request"),
                row("\r", "bad-request"),
                row(",x:y", "bad-request"),
                row("lock,:v", "bad-request"),
                row("lock,name:a,", "bad-request"),
                row("lock,,name:a", "bad-request"),
                row("lock,name:", "err,invalid lock name"),
                row("lock,name", "err,invalid lock name"),
                row("lock,name:a b", "err,invalid lock name"),
                row("lock,name:a.b", "err,invalid lock name"),
                row("lock,name:a:b", "err,invalid lock name"),
                row("lock,name:ñ", "err,invalid lock name"),
                row("lock,name:a\0b", "err,invalid lock name"),
                row("lock,name:a/b", "err,invalid lock name"),
                row("lock", "err,invalid lock name"),
                row("lock,client-id:x", "err,invalid lock name"),
                row("lock,Name:a", "err,invalid lock name"),
                row(".ping", "pong"),
                row("  .ping , a:b\r", "pong"),
                row("\u00a0.ping\u2003", "pong"),
                row("\u000b\u001c.ping\u0085\u3000,\u00a0x\u2028: y", "pong"),
                row("\u180e.ping", "bad-action"),
                row("\u200b.ping", "bad-action"),
                row("\ufeff.ping", "bad-action"),
                row(".keepalive", "bad-action"),
                row("release", "bad-action"),
                row("refresh", "bad-action"),
                row("foo", "bad-action"),
                row(".PING", "bad-action"),
                row("my-lock", "bad-action"),
                row("lock:a", "bad-action"),
                row("GET / HTTP/1.1", "bad-action"),
                row(".server-shutdown", "err,shutdown not allowed"),
                row(".ping,", "bad-request"),
                row("\u00a0,name:a", "bad-request"),
                row("lock,\u2003:v", "bad-request"));
    }

    private static Arguments row(String request, String answer) {
        return Arguments.of(request, answer);
    }

    @ParameterizedTest
    @MethodSource("firstRequests")
    void answersAFirstRequestAndCloses(String request, String answer) {
        try (Wire wire = server.connect()) {
            assertThat(wire.send(request + "\n").rest()).isEqualTo(answer + "\n");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'lock,name:f1', f1",
        "'  lock  ,  name : f2 \r', f2",
        "'lock,name:other,name:f3', f3",
        "'lock,name:A-_9', A-_9",
        "'lock,name:f4,colour:blue,client-id:me:you', f4",
        "'\u00a0lock,\u2003name\u00a0:\u3000f5\u0085', f5",
    })
    void grantsAFreeLockAndKeepsTheConnection(String request, String name) {
        try (Wire wire = server.connect()) {
            assertThat(wire.ask(request)).isEqualTo("ok");
            try (Wire second = server.connect()) {
                assertThat(second.send("lock,name:" + name + "\n").rest()).isEqualTo("not-granted\n");
            }
            assertThat(wire.send("release\n").rest()).isEqualTo("released\n");
        }
        assertThat(server.isFree(name)).isTrue();
    }

    static Stream<Arguments> holdersLines() {
        return Stream.of(
                row(".keepalive", "alive"),
                row("  .keepalive  \r", "alive"),
                row(".keepalive,:bad", "alive"),
                row(".ping", "bad-action"),
                row(".stats", "bad-action"),
                row(".session", "bad-action"),
                row(".server-shutdown", "bad-action"),
                row("lock,name:b", "bad-action"),
                row("", "bad-action"),
                row(",x:y", "bad-action"),
                row("refresh", "bad-action"));
    }

    @ParameterizedTest
    @MethodSource("holdersLines")
    void aHoldersLineIsAnsweredAndTheLockStays(String request, String answer) {
        try (Wire wire = server.holder("kept")) {
            assertThat(wire.ask(request)).isEqualTo(answer);
            assertThat(wire.ask(".keepalive")).isEqualTo("alive");
            assertThat(wire.send("release,:bad,\n").rest()).isEqualTo("released\n");
        }
    }

    @Test
    void S4_aHoldersLineThatIsNotUtf8DoesNotCostItsLock() {
        try (Wire wire = server.holder("utf")) {
            assertThat(wire.send(latin("release\u00ff\n")).line()).isEqualTo("bad-request");
            assertThat(server.isFree("utf")).isFalse();
            assertThat(wire.send("release\n").rest()).isEqualTo("released\n");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lock,name:\u00ff\u00fe",
                "\u00c0\u00ae.ping",
                ".ping\u00ed\u00a0\u0080",
                ".ping\u00f4\u0090\u0080\u0080",
                ".ping\u00e2\u0080"
            })
    void whatIsNotUtf8IsABadRequest(String bytes) {
        try (Wire wire = server.connect()) {
            assertThat(wire.send(latin(bytes + "\n")).rest()).isEqualTo("bad-request\n");
        }
    }

    @Test
    void statsHaveTheirKeysInOrder() {
        assertThat(server.stats())
                .matches("stats,\\{\"lock_count\": \\d+, \"maxrss\": (\\d+|\"n/a\"), \"requests_count\": \\d+,"
                        + " \"lock_acquired_count\": \\d+, \"lock_not_acquired_count\": \\d+}");
    }

    @Test
    void statsCountAsTheyAlwaysDid() {
        try (TextServer fresh = new TextServer();
                Wire silent = fresh.connect();
                Wire holder = fresh.holder("a")) {
            try (Wire refused = fresh.connect()) {
                assertThat(refused.ask("lock,name:a")).isEqualTo("not-granted");
            }
            try (Wire invalid = fresh.connect()) {
                assertThat(invalid.ask("lock,name:a b")).startsWith("err,");
            }
            assertThat(fresh.stats())
                    .startsWith("stats,{\"lock_count\": 1, ")
                    .endsWith("\"requests_count\": 5, \"lock_acquired_count\": 1, \"lock_not_acquired_count\": 1}");
            assertThat(silent.send(".ping\n").rest()).isEqualTo("pong\n");
            assertThat(holder.ask("release")).isEqualTo("released");
            assertThat(fresh.lockCount()).isZero();
        }
    }

    @Test
    void S2_releasedIsSentAfterTheLockIsFree() {
        for (int i = 0; i < 300; i++) {
            try (Wire first = server.holder("again");
                    Wire second = server.connect()) {
                assertThat(first.ask("release")).isEqualTo("released");
                assertThat(second.ask("lock,name:again")).isEqualTo("ok");
                assertThat(second.ask("release")).isEqualTo("released");
            }
        }
    }

    @Test
    void linesMayBePipelinedBehindALock() {
        try (Wire wire = server.connect()) {
            assertThat(wire.send("lock,name:pipe\n.keepalive\nfoo\nrelease\n.ping\n")
                            .rest())
                    .isEqualTo("ok\nalive\nbad-action\nreleased\n");
        }
    }

    @Test
    void aRequestMayComeInPiecesCutAnywhere() {
        byte[] bytes = "lock,name:\u00a0cut\u3000,x:y\r\n.keepalive\nrelease\n".getBytes(StandardCharsets.UTF_8);
        for (int cut = 1; cut < bytes.length; cut++) {
            try (Wire wire = server.connect()) {
                wire.send(java.util.Arrays.copyOf(bytes, cut));
                wire.send(java.util.Arrays.copyOfRange(bytes, cut, bytes.length));
                assertThat(wire.rest()).isEqualTo("ok\nalive\nreleased\n");
            }
        }
        try (Wire wire = server.connect()) {
            for (byte b : bytes) {
                wire.send(new byte[] {b});
            }
            assertThat(wire.rest()).isEqualTo("ok\nalive\nreleased\n");
        }
    }

    @Test
    void anUnfinishedLineIsNeverExecuted() {
        try (Wire wire = server.connect()) {
            assertThat(wire.send("lock,name:nonl").halfClose().rest()).isEmpty();
        }
        assertThat(server.isFree("nonl")).isTrue();
        try (Wire wire = server.holder("partly")) {
            assertThat(wire.send(".keepaliv").halfClose().rest()).isEmpty();
        }
    }

    @Test
    void L3_aHalfCloseReleases() {
        try (Wire wire = server.connect()) {
            assertThat(wire.send("lock,name:half\n").halfClose().rest()).isEqualTo("ok\n");
            assertThat(server.isFree("half")).isTrue();
        }
    }

    @Test
    void L3_aCloseOrAResetReleases() {
        server.holder("gone").close();
        server.awaitFree("gone");
        server.holder("gone").reset();
        server.awaitFree("gone");
    }

    @Test
    void answersAreNotLostToUnreadInput() {
        byte[] much = new byte[300_000];
        java.util.Arrays.fill(much, (byte) 'x');
        for (int i = 0; i < 50; i++) {
            try (Wire wire = server.connect()) {
                wire.send(".ping\n").send(much);
                assertThat(wire.line()).isEqualTo("pong");
                assertThat(wire.line()).isEqualTo("EOF");
            }
        }
    }

    @Test
    void aLineMayHave64KiBAndNoMore() {
        String name = "n".repeat(TextLimits.MAX_LINE - "lock,name:".length());
        try (Wire wire = server.holder(name)) {
            assertThat(wire.ask("release")).isEqualTo("released");
        }
        for (String end : new String[] {"n\n", "nn"}) {
            try (Wire wire = server.connect()) {
                assertThat(wire.send("lock,name:" + name + end).rest()).isEqualTo("bad-request\n");
            }
        }
        try (Wire wire = server.holder("long")) {
            assertThat(wire.send("x".repeat(TextLimits.MAX_LINE + 1)).rest()).isEqualTo("bad-request\n");
        }
        server.awaitFree("long");
    }

    private static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
