package io.claviger.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.server.ClavigerServer;
import io.claviger.server.ServerConfig;
import io.claviger.server.ServerStartException;
import io.claviger.server.ServerStartException.Reason;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The front as a part of the server: its threads, its connections, its end. */
class HttpFrontE2eTest {
    private static ServerConfig.Builder httpOnly(int port) {
        return ServerConfig.builder()
                .textPort(ServerConfig.OFF)
                .grpcPort(ServerConfig.OFF)
                .httpPort(port);
    }

    @Test
    void anAddressInUseIsSaid() throws Exception {
        try (RestServer server = new RestServer()) {
            int port = server.address().getPort();
            assertThatThrownBy(() -> ClavigerServer.start(httpOnly(port).build()))
                    .isInstanceOfSatisfying(
                            ServerStartException.class,
                            refused -> assertThat(refused.reason()).isEqualTo(Reason.ADDRESS_IN_USE))
                    .hasMessage("the HTTP front cannot listen on 127.0.0.1:" + port + ": address already in use");
            assertThat(server.session().lock("a")).isNotEmpty();
        }
    }

    @Test
    void aPortIsFreeAgainAfterTheClose() throws Exception {
        ClavigerServer first = ClavigerServer.start(httpOnly(0).build());
        int port = first.fronts().get(0).address().getPort();
        assertThat(first.fronts().get(0).front()).isEqualTo("HTTP");
        first.close();
        first.close();
        ClavigerServer.start(httpOnly(port).build()).close();
    }

    @Test
    void aServerIsClosedInShortTimeWithConnectionsThatAreIdle() throws Exception {
        ClavigerServer server = ClavigerServer.start(httpOnly(0).build());
        List<RawHttp> idle = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            idle.add(connect(server.fronts().get(0).address()));
            assertThat(idle.get(i).post("/v1/lock", "", "").reply().status()).isEqualTo(401);
        }
        long begin = System.nanoTime();
        server.close();
        assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.SECONDS.toNanos(5));
        assertThat(idle).allMatch(RawHttp::isEnd);
        assertThat(threads()).isZero();
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("claviger-http"))
                .count();
    }

    private static RawHttp connect(InetSocketAddress address) throws Exception {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), address.getPort());
        socket.setSoTimeout(20_000);
        return new RawHttp(socket);
    }

    @Test
    void onlyTheSlowAreClosed() throws Exception {
        HttpListener listener = new HttpListener(100, Optional.empty());
        listener.serve(new Silent());
        listener.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        try (RawHttp mute = connect(listener.address());
                RawHttp header = connect(listener.address());
                RawHttp body = connect(listener.address());
                RawHttp served = connect(listener.address())) {
            header.send("GET / HTTP/1.1\r\nHo");
            body.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc");
            served.send("POST /read HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
            assertThat(served.reply().status()).isEqualTo(200);
            RestServer.await(() -> listener.connections().count() == 4, "four connections");
            listener.connections().closeSlow(TimeUnit.HOURS.toNanos(1));
            assertThat(listener.connections().count()).isEqualTo(4);
            listener.connections().closeSlow(0);
            assertThat(mute.isEnd()).isTrue();
            assertThat(header.isEnd()).isTrue();
            assertThat(body.isEnd()).isTrue();
            served.send("POST /read HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
            assertThat(served.reply().status()).isEqualTo(200);
        } finally {
            listener.stop();
        }
    }

    /** Answers what it is told has been read, and lets the rest arrive. */
    private static final class Silent extends HttpServlet {
        private static final long serialVersionUID = 1;

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response) {
            if (request.getRequestURI().equals("/read")) {
                WatchedEndPoint.of(request).requestArrived();
            } else {
                request.startAsync();
            }
        }
    }

    @Test
    void L3_whateverClientsDoTheirSessionsFreeAll() throws Exception {
        try (RestServer server = new RestServer()) {
            for (int round = 0; round < 10; round++) {
                RestClient client = server.session();
                List<RawHttp> all = new ArrayList<>();
                for (int i = 0; i < 50; i++) {
                    RawHttp raw = server.raw();
                    all.add(raw.post(
                            "/v1/lock", client.cookie(), "{\"name\":\"n" + i % 5 + "\",\"wait_timeout_seconds\":0}"));
                    if ((i + round) % 3 == 0) {
                        raw.reset();
                    }
                }
                all.forEach(RawHttp::close);
                assertThat(client.send("DELETE", "/session", "").statusCode()).isEqualTo(200);
                for (int i = 0; i < 5; i++) {
                    assertThat(server.lock("n" + i)).isEmpty();
                }
            }
            assertThat(server.session().lock("alive")).isNotEmpty();
        }
    }
}
