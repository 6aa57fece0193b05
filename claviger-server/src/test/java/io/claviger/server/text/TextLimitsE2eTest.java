package io.claviger.server.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import io.claviger.server.ServerConfig;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Everything that takes real time: leases, limits of waits, slow readers, crowds. */
class TextLimitsE2eTest {
    private static final int WANTED_IDLE = 10_000;

    private final TextServer server = new TextServer(ServerConfig.builder().maxConnections(WANTED_IDLE + 100));

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void L5_aWaitEndsOnTimeAndLeavesNothing() {
        try (Wire holder = server.holder("a");
                Wire waiter = server.connect()) {
            long start = System.nanoTime();
            assertThat(waiter.send("lock,name:a,wait:0.3\n").rest()).isEqualTo("not-granted\n");
            assertThat(elapsedMillis(start)).isBetween(290L, 3_000L);
            assertThat(holder.ask("release")).isEqualTo("released");
        }
        assertThat(server.lockCount()).isZero();
    }

    @Test
    void L5_sessionWaitsEndOnTime() {
        try (Wire holder = server.holder("a");
                Wire session = server.session()) {
            session.send("lock,name:a,wait:0.3,id:1\nlock,name:a,wait:0.2,id:2\nlock,name:a,wait:60,id:3\n");
            assertThat(session.line()).isEqualTo("not-granted,id:2");
            assertThat(session.line()).isEqualTo("not-granted,id:1");
            assertThat(holder.ask("release")).isEqualTo("released");
            assertThat(session.line()).startsWith("ok,id:3,");
        }
    }

    @Test
    void S6_aLeaseEndsNotBeforeItsTimeAndClosesTheConnection() {
        try (Wire holder = server.connect()) {
            long start = System.nanoTime();
            assertThat(holder.ask("lock,name:a,lease:0.4")).isEqualTo("ok");
            assertThat(server.isFree("a")).isFalse();
            assertThat(holder.rest()).isEmpty();
            assertThat(elapsedMillis(start)).isBetween(400L, 3_000L);
            assertThat(server.isFree("a")).isTrue();
        }
    }

    @Test
    void aLostLeaseIsToldWithInfo() {
        try (Wire holder = server.connect()) {
            String granted = holder.ask("lock,name:a,lease:0.1,info:1");
            String token = granted.replaceAll("ok,token:(\\d+),.*", "$1");
            assertThat(holder.rest()).isEqualTo("lost,name:a,token:" + token + ",reason:expired\n");
        }
    }

    @Test
    void S6_keepaliveRenewsALease() {
        try (Wire holder = server.connect()) {
            assertThat(holder.ask("lock,name:a,lease:0.6")).isEqualTo("ok");
            long start = System.nanoTime();
            while (elapsedMillis(start) < 1_500) {
                assertThat(holder.ask(".keepalive")).isEqualTo("alive");
            }
            assertThat(server.isFree("a")).isFalse();
            assertThat(holder.rest()).isEmpty();
        }
    }

    @Test
    void L1_anExpiredLeaseLetsTheNextOneIn() {
        try (Wire session = server.session();
                Wire waiter = server.connect()) {
            String granted = session.ask("lock,name:a,lease:0.3,id:1");
            String token = granted.replaceAll(".*,token:(\\d+),.*", "$1");
            String key = granted.substring(granted.indexOf(",key:") + 5);
            assertThat(session.ask("refresh,key:" + key + ",id:2")).isEqualTo("refreshed,id:2");
            assertThat(session.ask("refresh,key:" + key + ",lease:0.2,id:3")).isEqualTo("refreshed,id:3");
            assertThat(waiter.ask("lock,name:a,wait:30")).isEqualTo("ok");
            assertThat(session.line()).isEqualTo("lost,name:a,token:" + token + ",reason:expired");
            assertThat(session.ask("release,key:" + key + ",id:4")).isEqualTo("err,not held,id:4");
        }
    }

    @Test
    void aClientThatDoesNotReadIsDroppedAndLosesItsLock() throws IOException {
        try (SocketChannel slow = SocketChannel.open(server.address())) {
            slow.write(ByteBuffer.wrap("lock,name:slow\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
            TextServer.await(() -> !server.isFree("slow"), "the grant");
            slow.configureBlocking(false);
            byte[] lines = "x\n".repeat(32_000).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            long start = System.nanoTime();
            long sent = 0;
            try {
                while (!server.isFree("slow") && elapsedMillis(start) < 30_000) {
                    sent += slow.write(ByteBuffer.wrap(lines));
                }
            } catch (IOException dropped) {
                // As expected.
            }
            assertThat(server.isFree("slow")).isTrue();
            assertThat(sent).isLessThan(64L * 1024 * 1024);
        }
    }

    /** As many as the limit of open files allows, up to the wanted number: each costs two here, one for each side. */
    @Test
    void manyIdleConnectionsDisturbNobody() throws IOException {
        UnixOperatingSystemMXBean system = (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long free = system.getMaxFileDescriptorCount() - system.getOpenFileDescriptorCount() - 500;
        int count = (int) Math.min(WANTED_IDLE, free / 2);
        if (count < WANTED_IDLE) {
            System.out.println("Idle connections scaled down to " + count + " by the limit of open files");
        }
        List<SocketChannel> idle = new ArrayList<>();
        try {
            InetSocketAddress address = server.address();
            for (int i = 0; i < count; i++) {
                idle.add(SocketChannel.open(address));
            }
            try (Wire wire = server.holder("busy")) {
                assertThat(wire.ask(".keepalive")).isEqualTo("alive");
            }
            assertThat(server.stats()).contains("\"lock_acquired_count\": 1,");
        } finally {
            for (SocketChannel channel : idle) {
                channel.close();
            }
        }
    }

    private static long elapsedMillis(long startNanos) {
        return (System.nanoTime() - startNanos) / 1_000_000;
    }
}
