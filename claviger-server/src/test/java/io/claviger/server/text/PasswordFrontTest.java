package io.claviger.server.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.ServerConfig;
import io.claviger.server.security.Security;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The first line where a password is asked for. */
class PasswordFrontTest {
    private static final String PASSWORD = " pä,ss:word";
    private static final String AUTH = ".auth,password:" + PASSWORD + "\n";

    private final TextServer server = new TextServer(ServerConfig.builder()
            .security(Security.builder().password(PASSWORD).build()));

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void afterTheRightPassword_theConnectionIsAsWithout() {
        try (Wire holder = server.connect();
                Wire pipeline = server.connect();
                Wire session = server.connect()) {
            assertThat(holder.send(AUTH).line()).isEqualTo("ok");
            assertThat(holder.ask("lock,name:a")).isEqualTo("ok");
            assertThat(pipeline.send(AUTH + "lock,name:a\n").rest()).isEqualTo("ok\nnot-granted\n");
            assertThat(session.send(AUTH + ".session\n").line()).isEqualTo("ok");
            assertThat(session.line()).isEqualTo("session");
            assertThat(session.ask("lock,name:b,id:1")).startsWith("ok,id:1,");
            assertThat(holder.send("release\n").rest()).isEqualTo("released\n");
        }
    }

    @Test
    void aLineEndOfTwoBytesAndAHalfCloseAreFine() {
        try (Wire wire = server.connect()) {
            wire.send(AUTH.replace("\n", "\r\n") + ".ping\r\n").halfClose();
            assertThat(wire.rest()).isEqualTo("ok\npong\n");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lock,name:a\n",
                ".ping\n",
                ".session\n",
                ".server-shutdown\n",
                ".stats\n",
                "\n",
                ".auth\n",
                ".auth,passwort:x\n",
                ".auth, password: pä,ss:word\n",
                "lock,name:a\n" + AUTH
            })
    void anythingElseFirst_isRefused(String lines) {
        try (Wire wire = server.connect()) {
            assertThat(wire.send(lines).rest()).isEqualTo("err,authentication required\n");
        }
    }

    @Test
    void aLineWithoutEndIsRefusedAsEver() {
        try (Wire wire = server.connect()) {
            assertThat(wire.send("x".repeat(TextLimits.MAX_LINE + 1)).rest()).isEqualTo("bad-request\n");
        }
    }

    @Test
    void wrongPasswordsAreRefused_andSlowed() {
        try (Wire first = server.connect();
                Wire second = server.connect();
                Wire third = server.connect();
                Wire proven = server.connect()) {
            assertThat(proven.send(AUTH).line()).isEqualTo("ok");
            assertThat(first.send(".auth,password:x\nlock,name:a\n").rest()).isEqualTo("err,wrong password\n");
            long start = System.nanoTime();
            assertThat(second.send(".auth,password:\n").rest()).isEqualTo("err,wrong password\n");
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(100_000_000L);
            start = System.nanoTime();
            third.send(AUTH + "lock,name:a\n");
            // Who is in is not slowed while another waits, and the event loop is free.
            assertThat(proven.ask("lock,name:b")).isEqualTo("ok");
            assertThat(third.line()).isEqualTo("ok");
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(200_000_000L);
            assertThat(third.line()).isEqualTo("ok");
        }
    }

    @Test
    void aSlowedClientThatLeavesHarmsNobody() {
        try (Wire guesser = server.connect();
                Wire leaving = server.connect();
                Wire ending = server.connect()) {
            assertThat(guesser.send(".auth,password:x\n").rest()).isEqualTo("err,wrong password\n");
            leaving.send(AUTH + "lock,name:a\n").reset();
            ending.send(AUTH + ".ping\n").halfClose();
            assertThat(ending.rest()).isEqualTo("ok\npong\n");
        }
    }

    @Test
    void aSecondPasswordIsNoFirstLine() {
        try (Wire wire = server.connect()) {
            assertThat(wire.send(AUTH + AUTH).rest()).isEqualTo("ok\nbad-action\n");
        }
    }

    @Test
    void whereNoneIsAskedFor_oneIsWelcome() {
        try (TextServer open = new TextServer();
                Wire wire = open.connect()) {
            assertThat(wire.send(AUTH).line()).isEqualTo("ok");
            assertThat(wire.ask("lock,name:a")).isEqualTo("ok");
            assertThat(wire.ask(".auth,password:x")).isEqualTo("bad-action");
            assertThat(wire.ask("release")).isEqualTo("released");
        }
    }
}
