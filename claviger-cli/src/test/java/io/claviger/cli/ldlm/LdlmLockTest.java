package io.claviger.cli.ldlm;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.ClavigerServer;
import io.claviger.server.ServerConfig;
import io.claviger.server.SocketConfig;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code ldlm-lock} against a server whose locks are held over the text protocol: one space of locks. */
class LdlmLockTest {
    private static final String SEE_HELP =
            ". Is the ldlm server running? Do you need to specify the socket file path? See help\n";

    @TempDir
    private Path folder;

    private final List<Socket> holders = new ArrayList<>();
    private Path socket = Path.of("");

    @SuppressWarnings("NullAway.Init") // Set before each test.
    private ClavigerServer server;

    private record Result(int status, String out, String err) {}

    @BeforeEach
    void start() throws Exception {
        socket = folder.resolve("ldlm-ipc.sock");
        server = ClavigerServer.start(ServerConfig.builder()
                .textPort(0)
                .grpcPort(ServerConfig.OFF)
                .socket(new SocketConfig(socket, true))
                .build());
    }

    @AfterEach
    void stop() throws Exception {
        for (Socket holder : holders) {
            holder.close();
        }
        server.close();
    }

    /** Holds a lock and returns its key. */
    private String hold(String request) throws Exception {
        Socket holder = new Socket(
                InetAddress.getLoopbackAddress(),
                server.fronts().get(0).address().getPort());
        holders.add(holder);
        holder.getOutputStream().write((request + ",info:1\n").getBytes(StandardCharsets.UTF_8));
        String answer = String.valueOf(
                new BufferedReader(new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8)).readLine());
        assertThat(answer).startsWith("ok,");
        return answer.substring(answer.indexOf("key:") + "key:".length());
    }

    private static Result run(Map<String, String> environment, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int status = LdlmLock.run(
                args,
                environment,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Result(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private Result lock(String... args) {
        return run(Map.of(LdlmLock.SOCKET_VARIABLE, socket.toString()), args);
    }

    @Test
    void list_withoutLocks() {
        assertThat(lock("list")).isEqualTo(new Result(0, "No locks found\n", ""));
    }

    @Test
    void list_isALineForEachHolder() throws Exception {
        String second = hold("lock,name:b,size:2");
        String third = hold("lock,name:b,size:2");
        String first = hold("lock,name:My-lock");
        assertThat(lock("list"))
                .isEqualTo(new Result(
                        0,
                        "{Name: My-lock, Key: " + first + ", Size: 1}\n{Name: b, Key: " + second
                                + ", Size: 2}\n{Name: b, Key: " + third + ", Size: 2}\n",
                        ""));
    }

    @Test
    void unlock_withoutAKey() throws Exception {
        hold("lock,name:es");
        assertThat(lock("unlock", "es")).isEqualTo(new Result(0, "Unlocked: true\n", ""));
        assertThat(lock("list").out()).isEqualTo("No locks found\n");
        hold("lock,name:es");
    }

    @Test
    void unlock_withAKey_whereThereAreSeveral() throws Exception {
        String first = hold("lock,name:es,size:2");
        String second = hold("lock,name:es,size:2");
        assertThat(lock("unlock", "es", first)).isEqualTo(new Result(0, "Unlocked: true\n", ""));
        assertThat(lock("list").out()).contains(second).doesNotContain(first);
        assertThat(lock("unlock", "es", first))
                .isEqualTo(new Result(1, "", "failed to unlock lock: invalid lock key\n"));
    }

    @Test
    void unlock_ofSeveral_needsAKeyOrAll() throws Exception {
        hold("lock,name:es,size:3");
        hold("lock,name:es,size:3");
        assertThat(lock("unlock", "es"))
                .isEqualTo(new Result(
                        1,
                        "",
                        "failed to unlock lock: it has 2 holders: name one of them by its key, which 'list' shows, or all"
                                + " of them with --all\n"));
        assertThat(lock("unlock", "--all", "es")).isEqualTo(new Result(0, "Unlocked: true\n", ""));
        assertThat(lock("list").out()).isEqualTo("No locks found\n");
    }

    @Test
    void unlock_ofNothing() {
        Result none = new Result(1, "", "a lock by that name does not exist\n");
        assertThat(lock("unlock", "es")).isEqualTo(none);
        assertThat(lock("unlock", "es", "key")).isEqualTo(none);
        assertThat(lock("unlock", "es", "--all")).isEqualTo(none);
        assertThat(lock("unlock", "")).isEqualTo(none);
        assertThat(lock("unlock", "x".repeat(65_537))).isEqualTo(none);
        assertThat(lock("unlock", "\ud800")).isEqualTo(none);
        assertThat(lock("unlock", "--", "--all")).isEqualTo(none);
    }

    @Test
    void unlock_withAKeyOfAnyLength() throws Exception {
        hold("lock,name:es");
        Result invalid = new Result(1, "", "failed to unlock lock: invalid lock key\n");
        assertThat(lock("unlock", "es", "k")).isEqualTo(invalid);
        assertThat(lock("unlock", "es", "k".repeat(100_000))).isEqualTo(invalid);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''             | expected one of \"unlock\", \"list\"",
                "-s=/           | expected one of \"unlock\", \"list\"",
                "list x         | unexpected argument x",
                "lost           | unexpected argument lost",
                "unlock a k x   | unexpected argument x",
                "unlock         | expected \"<lock-name>\"",
                "unlock --all   | expected \"<lock-name>\"",
                "unlock a k --all | --all does not go with a key, which names one holder",
                "list --all     | unknown flag --all",
                "-x list        | unknown flag -x",
                "list -s        | --socket: missing value, expected the name of a file",
                "list -s /no/such/file | --socket: stat /no/such/file: no such file or directory",
                "list --socket=/no/such/file | --socket: stat /no/such/file: no such file or directory",
                "-s/ list       | --socket: \"/\" exists but is a directory"
            })
    void wrongCommandLine(String args, String message) {
        String[] words = args.isEmpty() ? new String[0] : args.split(" ");
        assertThat(lock(words)).isEqualTo(new Result(1, "", "ldlm-lock: error: " + message + "\n"));
    }

    @Test
    void help() {
        Result help = lock("--help");
        assertThat(help.status()).isZero();
        assertThat(help.err()).isEmpty();
        assertThat(help.out())
                .startsWith("Usage: ldlm-lock <command> [flags]\n")
                .contains("unlock <lock-name>", "--all");
        assertThat(lock("unlock", "-h")).isEqualTo(help);
    }

    @Test
    void socket_isThatOfTheFlag_thenTheVariable_thenTheUsual() throws Exception {
        Map<String, String> elsewhere = Map.of(LdlmLock.SOCKET_VARIABLE, "/no/such/file");
        for (String[] args : List.of(
                new String[] {"-s", socket.toString(), "list"},
                new String[] {"list", "--socket", socket.toString()},
                new String[] {"--socket=" + socket, "list"},
                new String[] {"-s" + socket, "list"})) {
            assertThat(run(elsewhere, args).out()).isEqualTo("No locks found\n");
        }
        assertThat(run(elsewhere, "list"))
                .isEqualTo(new Result(
                        1, "", "IPC error: dial unix /no/such/file: connect: no such file or directory" + SEE_HELP));
        Map<String, String> usual = Map.of("TMPDIR", folder.toString());
        assertThat(run(usual, "list").out()).isEqualTo("No locks found\n");
        assertThat(run(Map.of("TMPDIR", folder.toString(), LdlmLock.SOCKET_VARIABLE, "<platform specific>"), "list")
                        .out())
                .isEqualTo("No locks found\n");
    }

    @Test
    void serverNotRunning() throws Exception {
        Path stale = folder.resolve("stale");
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(stale));
        }
        assertThat(run(Map.of(), "-s", stale.toString(), "list"))
                .isEqualTo(new Result(
                        1, "", "IPC error: dial unix " + stale + ": connect: connection refused" + SEE_HELP));
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThat(run(Map.of(), "-s", file.toString(), "list").err())
                .startsWith("IPC error: dial unix " + file + ": connect: ");
    }

    @Test
    void aNameWithALineEnd_isOneLine_andCanBeUnlocked() throws Exception {
        // No wire of text can say it, so it is held over gRPC.
        try (LineEndHolder holder = new LineEndHolder(folder.resolve("other.sock"))) {
            Map<String, String> other =
                    Map.of(LdlmLock.SOCKET_VARIABLE, holder.socket().toString());
            assertThat(run(other, "list").out())
                    .startsWith("{Name: two\\x0alines \"\u00fc\" \ud83d\udd11, Key: ")
                    .hasLineCount(1);
            assertThat(run(other, "unlock", LineEndHolder.NAME).out()).isEqualTo("Unlocked: true\n");
            assertThat(run(other, "list").out()).isEqualTo("No locks found\n");
        }
    }
}
