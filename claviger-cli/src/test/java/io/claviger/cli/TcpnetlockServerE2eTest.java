package io.claviger.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@code tcpnetlock_server} as a process. The rules are those of the original's section in its analysis. */
class TcpnetlockServerE2eTest {
    private static final String STARTED =
            "INFO:tcpnetlock\\.cli\\.tnl_server:Started server v\\S+ listening on localhost:(\\d+)\\n";

    private static Program server(String... args) throws Exception {
        return Program.java("tcpnetlock_server", Map.of(), args);
    }

    @Test
    void serves_untilServerShutdown() throws Exception {
        try (Program server = server("--port", "0", "--info").awaitErr("tnl_server:Started server")) {
            int port = server.awaitErr("\n").port(STARTED);
            assertThat(Program.ask(port, "lock,name:a")).startsWith("ok");
            Program.ask(port, ".server-shutdown");
            Program.Result result = server.await();
            assertThat(result.status()).as(result.err()).isZero();
            assertThat(result.out()).isEmpty();
        }
    }

    @Test
    void term_stopsItInOrder_withTheSignalsStatus() throws Exception {
        try (Program server = server("--port=0", "--info").awaitErr("tnl_server:Started server")) {
            assertThat(server.signal("TERM").status()).isEqualTo(143);
        }
    }

    @Test
    void quietWithoutInfo() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        try (Program server = server("--port", String.valueOf(port))) {
            while (true) {
                try {
                    assertThat(Program.ask(port, "lock,name:a")).startsWith("ok");
                    break;
                } catch (java.net.ConnectException e) {
                    Thread.sleep(20);
                }
            }
            Program.Result result = server.signal("TERM");
            assertThat(result.out()).isEmpty();
            assertThat(result.err()).isEmpty();
        }
    }

    @Test
    void beyondLoopback_startsAndWarns() throws Exception {
        try (Program server =
                server("--info", "--listen", "0.0.0.0", "--port", "0").awaitErr("tnl_server:Started server")) {
            assertThat(server.signal("TERM").err())
                    .startsWith("WARNING:tcpnetlock.cli.tnl_server:0.0.0.0 is beyond loopback");
        }
        try (Program server = server("--info", "--listen", "", "--port", "0").awaitErr("tnl_server:Started server")) {
            assertThat(server.signal("TERM").err()).contains("beyond loopback");
        }
    }

    @Test
    void cannotStart_inTheOriginalsWords() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Program.Result inUse =
                    server("--port", String.valueOf(taken.getLocalPort())).await();
            assertThat(inUse).isEqualTo(new Program.Result(2, "", "[Errno 98] Address already in use\n"));
        }
        Program.Result unknown = server("--listen", "no-such-host.invalid").await();
        assertThat(unknown).isEqualTo(new Program.Result(2, "", "[Errno -2] Name or service not known\n"));
    }

    @Test
    void wrongUsageAndHelp() throws Exception {
        Program.Result wrong = server("--prot", "1").await();
        assertThat(wrong.status()).isEqualTo(2);
        assertThat(wrong.err()).contains("usage: tcpnetlock_server").doesNotContain("\tat ");
        assertThat(server("--help").await().status()).isZero();
    }

    @Test
    void backgroundPeriod_anyInteger() throws Exception {
        String variable = "TCPNETLOCK_BACKGROUND_THREAD_PERIOD";
        Program.Result bad = Program.java("tcpnetlock_server", Map.of(variable, "often"), "--port=0")
                .await();
        assertThat(bad).isEqualTo(new Program.Result(2, "", variable + ": 'often' is not an integer\n"));
        try (Program server = Program.java("tcpnetlock_server", Map.of(variable, "-3"), "--port=0", "--info")) {
            server.awaitErr("tnl_server:Started server");
        }
    }
}
