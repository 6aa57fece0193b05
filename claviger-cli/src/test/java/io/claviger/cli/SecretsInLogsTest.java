package io.claviger.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import io.claviger.server.ClavigerServer;
import io.claviger.server.ServerConfig;
import io.claviger.server.security.Security;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Everything that is logged, at every level, while secrets go in and out. */
class SecretsInLogsTest {
    private static final String SECRET = "open-sesame";

    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Logger netty = (Logger) LoggerFactory.getLogger("io.netty");
    private final List<String> lines = Collections.synchronizedList(new ArrayList<>());
    private final List<Appender<ILoggingEvent>> before = new ArrayList<>();
    private final AppenderBase<ILoggingEvent> collector = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            String trace =
                    event.getThrowableProxy() == null ? "" : ThrowableProxyUtil.asString(event.getThrowableProxy());
            lines.add(event.getLevel() + " " + event.getFormattedMessage() + trace);
        }
    };
    private final Level levelBefore = root.getLevel();

    @BeforeEach
    void logEverything() {
        for (Iterator<Appender<ILoggingEvent>> i = root.iteratorForAppenders(); i.hasNext(); ) {
            before.add(i.next());
        }
        before.forEach(root::detachAppender);
        collector.setContext(root.getLoggerContext());
        collector.start();
        root.addAppender(collector);
        root.setLevel(Level.TRACE);
        netty.setLevel(Level.TRACE);
    }

    @AfterEach
    void logAsBefore() {
        root.detachAppender(collector);
        before.forEach(root::addAppender);
        root.setLevel(levelBefore);
        netty.setLevel(Level.WARN);
    }

    /** Sends lines, reads all answers. */
    private static List<String> talk(ClavigerServer server, String... requests) throws Exception {
        int port = server.fronts().get(0).address().getPort();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20_000);
            String text = String.join("\n", requests) + "\n";
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            socket.shutdownOutput();
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
                    .lines()
                    .toList();
        }
    }

    @Test
    void passwordsAndKeysAreNotLogged() throws Exception {
        String auth = ".auth,password:" + SECRET;
        ServerConfig config = ServerConfig.builder()
                .textPort(0)
                .grpcPort(ServerConfig.OFF)
                .security(Security.builder().password(SECRET).build())
                .build();
        List<String> granted;
        String key;
        try (ClavigerServer server = ClavigerServer.start(config)) {
            granted = talk(server, auth, "lock,name:a,info:1", "release");
            assertThat(granted).hasSize(3);
            key = granted.get(1).replaceAll(".*,key:", "");
            assertThat(key).hasSizeGreaterThan(20);
            assertThat(talk(server, auth, "refresh,key:" + key + ",lease:1")).containsExactly("ok", "bad-action");
            assertThat(talk(server, auth, ".session", "lock,name:b,id:1", "x,id:2"))
                    .hasSize(4);
            assertThat(talk(server, auth + "-wrong")).containsExactly("err,wrong password");
            assertThat(talk(server, auth, auth)).containsExactly("ok", "bad-action");
            // Misspelt ones are passwords all the same.
            assertThat(talk(server, " " + auth)).containsExactly("err,authentication required");
            assertThat(talk(server, ".auth,pasword:" + SECRET)).containsExactly("err,authentication required");
            assertThat(talk(server, auth, ".auth,pasword:" + SECRET)).containsExactly("ok", "bad-action");
            assertThat(talk(server, auth, ".AUTH:" + SECRET)).containsExactly("ok", "bad-action");
        }
        try (ClavigerServer open = ClavigerServer.start(
                ServerConfig.builder().textPort(0).grpcPort(ServerConfig.OFF).build())) {
            assertThat(talk(open, auth, ".ping")).containsExactly("ok", "pong");
            assertThat(talk(open, auth, auth + ",x", "nothing")).contains("bad-action");
        }
        assertThat(lines).anyMatch(line -> line.startsWith("DEBUG")).anyMatch(line -> line.contains("Wrong password"));
        assertThat(lines).noneMatch(line -> line.contains(SECRET)).noneMatch(line -> line.contains(key));
    }
}
