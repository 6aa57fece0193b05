package io.claviger.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.lab.LdlmLoadOptions.Wire;
import io.claviger.server.ClavigerServer;
import io.claviger.server.FrontAddress;
import io.claviger.server.ServerConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The load against our own server: every answer is looked at, so that it ends without failure says that all were right. */
class LdlmLoadE2eTest {
    @ParameterizedTest
    @EnumSource
    void locksAndUnlocksFollowEachOther(Wire wire) throws Exception {
        ServerConfig config = ServerConfig.builder()
                .textPort(ServerConfig.OFF)
                .grpcPort(0)
                .httpPort(0)
                .build();
        try (ClavigerServer server = ClavigerServer.start(config)) {
            String line = LdlmLoad.run(options(wire, address(server, wire))).toString();
            assertThat(line)
                    .contains("\"connections\": 4")
                    .containsPattern("\"cycles_per_s\": [1-9]")
                    .containsPattern("\"lock_p50_us\": [1-9]")
                    .containsPattern("\"unlock_p50_us\": [1-9]");
        }
    }

    @Test
    void aServerThatClosesIsAFailure() throws Exception {
        try (ServerSocket closing = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread acceptor = new Thread(() -> closeAll(closing));
            acceptor.setDaemon(true);
            acceptor.start();
            InetSocketAddress address = new InetSocketAddress(closing.getInetAddress(), closing.getLocalPort());
            assertThatThrownBy(() -> LdlmLoad.run(options(Wire.REST, address))).isInstanceOf(IOException.class);
        }
    }

    private static void closeAll(ServerSocket closing) {
        try {
            while (true) {
                closing.accept().close();
            }
        } catch (IOException ended) {
            // So is the test.
        }
    }

    private static LdlmLoadOptions options(Wire wire, InetSocketAddress address) {
        return new LdlmLoadOptions("claviger", address, wire, 4, 100, 2_000, 0, "");
    }

    private static InetSocketAddress address(ClavigerServer server, Wire wire) {
        String front = wire == Wire.GRPC ? "grpc" : "http";
        return server.fronts().stream()
                .filter(open -> open.front().equalsIgnoreCase(front))
                .map(FrontAddress::address)
                .findFirst()
                .orElseThrow();
    }
}
