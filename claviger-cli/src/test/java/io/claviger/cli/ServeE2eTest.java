package io.claviger.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code claviger serve} as a process: its options, their sources, its errors and its end. */
class ServeE2eTest {
    private static final String TEXT_FRONT = "(?m)^text 127\\.0\\.0\\.1:(\\d+)$";

    @TempDir
    private Path folder;

    private static Program serve(String... args) throws Exception {
        return serve(Map.of(), args);
    }

    private static Program serve(Map<String, String> environment, String... args) throws Exception {
        String[] all = new String[args.length + 1];
        all[0] = "serve";
        System.arraycopy(args, 0, all, 1, args.length);
        Map<String, String> variables = new HashMap<>(environment);
        // Their default places may be taken here.
        variables.putIfAbsent("CLAVIGER_GRPC_PORT", "off");
        variables.putIfAbsent("CLAVIGER_HTTP_PORT", "off");
        variables.putIfAbsent("CLAVIGER_IPC_SOCKET", "off");
        return Program.java("claviger", variables, all);
    }

    private static void assertRefused(Program.Result result, int status, String... parts) {
        assertThat(result.status()).as(result.err()).isEqualTo(status);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).contains(parts).doesNotContain("\tat ", "Exception");
        assertThat(result.err().lines().count()).as(result.err()).isLessThanOrEqualTo(2);
    }

    private String file(String yaml) throws Exception {
        return Files.writeString(folder.resolve("c.yaml"), yaml).toString();
    }

    @Test
    void serves_untilTerm() throws Exception {
        try (Program server = serve("--volatile", "--text-port", "0")) {
            int port = server.awaitOut("ready\n").port(TEXT_FRONT);
            assertThat(Program.ask(port, "lock,name:a")).startsWith("ok");
            assertThat(Program.ask(port, ".server-shutdown")).isEqualTo("err,shutdown not allowed");
            Program.Result result = server.signal("TERM");
            assertThat(result.status()).isZero();
            assertThat(result.out()).isEqualTo("text 127.0.0.1:" + port + "\nready\n");
            assertThat(result.err().lines().toList())
                    .startsWith("claviger serve: the state is in memory only and is lost when the server stops")
                    // Our line, and the log's about the refused shutdown.
                    .hasSizeLessThanOrEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "HUP"})
    void stopsInOrder_onOtherSignals(String signal) throws Exception {
        try (Program server = serve("--text-port=0").awaitOut("ready")) {
            assertThat(server.signal(signal).status()).isZero();
        }
    }

    @Test
    void allowShutdown_endsItByTheProtocol() throws Exception {
        try (Program server = serve("--text-port=0", "--allow-shutdown").awaitOut("ready")) {
            Program.ask(server.port(TEXT_FRONT), ".server-shutdown");
            assertThat(server.await().status()).isZero();
        }
    }

    @Test
    void beyondLoopback_onlyWithInsecure() throws Exception {
        assertRefused(serve("--text-port=0", "--listen=0.0.0.0").await(), 2, "--listen: '0.0.0.0'", "--insecure");
        try (Program server =
                serve("--text-port=0", "--listen=0.0.0.0", "--insecure").awaitOut("ready")) {
            assertThat(server.signal("TERM").err()).contains("WARNING: 0.0.0.0 is beyond loopback");
        }
    }

    @Test
    void grpcFront_isAnnounced_andCanBeTheOnlyOne() throws Exception {
        try (Program server = serve("--text-port=0", "--grpc-port=0").awaitOut("ready")) {
            assertThat(server.signal("TERM").out())
                    .matches("text 127\\.0\\.0\\.1:\\d+\ngrpc 127\\.0\\.0\\.1:\\d+\nready\n");
        }
        try (Program server = serve("--text-port=off", "--grpc-port=0").awaitOut("ready")) {
            assertThat(server.signal("TERM").out()).matches("grpc 127\\.0\\.0\\.1:\\d+\nready\n");
        }
    }

    @Test
    void socket_isAnnounced_private_andGoneAfterwards() throws Exception {
        Path socket = folder.resolve("s");
        try (Program server = serve("--text-port=0", "--ipc-socket=" + socket).awaitOut("ready")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                    .isEqualTo("rw-------");
            Program.Result list = Program.java("ldlm-lock", Map.of(), "-s", socket.toString(), "list")
                    .await();
            assertThat(list).isEqualTo(new Program.Result(0, "No locks found\n", ""));
            assertThat(server.signal("TERM").out()).endsWith("\nsocket " + socket + "\nready\n");
        }
        assertThat(socket).doesNotExist();
    }

    @Test
    void socketOfALiveServer_isLeftAlone_andSaidInOneLine_butAStaleOneIsReplaced() throws Exception {
        Path socket = folder.resolve("ldlm-ipc.sock");
        Map<String, String> usual = Map.of("TMPDIR", folder.toString(), "CLAVIGER_IPC_SOCKET", "");
        try (Program first = serve(usual, "--text-port=0").awaitOut("socket " + socket + "\nready\n")) {
            try (Program second = serve(usual, "--text-port=0").awaitOut("ready")) {
                Program.Result result = second.signal("TERM");
                assertThat(result.out()).doesNotContain("socket");
                assertThat(result.err().lines().filter(line -> line.contains(socket + " is in use")))
                        .hasSize(1);
            }
            assertThat(socket).exists();
            first.signal("KILL");
        }
        assertThat(socket).exists();
        try (Program third = serve(usual, "--text-port=0").awaitOut("socket " + socket + "\nready\n")) {
            assertThat(third.signal("TERM").status()).isZero();
        }
    }

    @Test
    void noClearOnDisconnect_keepsLocksOfLdlm() throws Exception {
        Path socket = folder.resolve("s");
        try (Program server = serve(
                        "--text-port=off", "--grpc-port=0", "--no-clear-on-disconnect", "--ipc-socket=" + socket)
                .awaitOut("ready")) {
            try (LdlmCalls client = new LdlmCalls(server.port("grpc 127\\.0\\.0\\.1:(\\d+)"), "")) {
                assertThat(client.tryLock("kept").getLocked()).isTrue();
            }
            Program.Result list = Program.java("ldlm-lock", Map.of(), "-s", socket.toString(), "list")
                    .await();
            assertThat(list.out()).startsWith("{Name: kept, Key: ").hasLineCount(1);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--text-port=70000   | --text-port: '70000' is neither",
                "--text-port=-1      | --text-port: '-1' is neither",
                "--text-port=seven   | --text-port: 'seven' is neither",
                "--text-port=off     | leaves no front open",
                "--listen=           | --listen: '' is no host",
                "--insecure=maybe    | --insecure: 'maybe' is neither true nor false",
                "--volatile=false    | in memory only",
                "--ipc-socket=       | --ipc-socket: '' is no name of a file; off stands for no socket",
                "--rest-session-timeout=10ms | --rest-session-timeout: '10ms' is shorter than 1s",
                "--rest-session-timeout=10   | --rest-session-timeout: '10' is no length of time",
                "--no-clear-on-disconnect=x  | --no-clear-on-disconnect: 'x' is neither true nor false",
                "--http-port=x        | --http-port: 'x' is neither a port",
                "--data-dir=/tmp/x   | --data-dir: '/tmp/x' cannot be used",
                "--text-prot=1       | Did you mean --text-port?",
                "--config=none.yaml  | configuration file none.yaml: no such file",
                "surplus             | surplus",
                "--text-port         | Missing required parameter"
            })
    void badCommandLine_isOneClearLine(String argument, String message) throws Exception {
        assertRefused(serve(argument).await(), 2, message, "claviger serve:");
    }

    @Test
    void unknownOrMissingSubcommand() throws Exception {
        assertRefused(
                Program.java("claviger", Map.of(), "sreve").await(),
                2,
                "claviger: unknown command 'sreve', did you mean 'serve'?");
        assertRefused(
                Program.java("claviger", Map.of(), "lock", "nightly").await(),
                2,
                "claviger: unknown command 'lock'; 'claviger run NAME -- COMMAND' runs a command under a lock, and "
                        + "'claviger hold NAME' takes one until a signal comes");
        Program.Result missing = Program.java("claviger", Map.of()).await();
        assertThat(missing.status()).isEqualTo(2);
        assertThat(missing.out()).isEmpty();
        assertThat(missing.err()).startsWith("Usage: claviger").contains("serve");
        Program.Result help = Program.java("claviger", Map.of(), "help").await();
        assertThat(help).isEqualTo(new Program.Result(0, missing.err(), ""));
    }

    @Test
    void cannotStart_isOneClearLine() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = String.valueOf(taken.getLocalPort());
            assertRefused(serve("--text-port", port).await(), 1, port, "in use");
        }
        assertRefused(serve("--listen", "no-such-host.invalid").await(), 1, "no-such-host.invalid", "unknown host");
    }

    @Test
    void precedence_commandLineEnvironmentFileDefault() throws Exception {
        String file = file("text-port: 20001\ngrpc-port: off\nallow-shutdown: true\nlisten: 127.0.0.3\n");
        Map<String, String> environment =
                Map.of("CLAVIGER_TEXT_PORT", "20002", "CLAVIGER_LISTEN", "127.0.0.2", "CLAVIGER_HTTP_PORT", "");
        Program.Result result = serve(environment, "--config", file, "--text-port", "20003", "--print-config")
                .await();
        assertThat(result.err()).isEmpty();
        assertThat(result.status()).isZero();
        assertThat(result.out()).isEqualTo("""
                volatile: 'true'
                listen: '127.0.0.2'
                text-port: '20003'
                grpc-port: 'off'
                http-port: '3145'
                ipc-socket: 'off'
                no-clear-on-disconnect: 'false'
                rest-session-timeout: '10m'
                insecure: 'false'
                allow-shutdown: 'true'
                """);
    }

    @Test
    void commandLine_switchesOffWhatTheEnvironmentSwitchesOn() throws Exception {
        Program.Result result = serve(Map.of("CLAVIGER_INSECURE", "true"), "--insecure=false", "--print-config")
                .await();
        assertThat(result.out()).contains("insecure: 'false'");
    }

    @Test
    void printedConfig_isAccepted() throws Exception {
        Program.Result first = serve("--listen", "127.0.0.5", "--text-port=0", "--print-config")
                .await();
        Program.Result second = serve(Map.of("CLAVIGER_CONFIG", file(first.out())), "--print-config")
                .await();
        assertThat(second.err()).isEmpty();
        assertThat(second.out()).isEqualTo(first.out());
    }

    @Test
    void badEnvironment_isNamed() throws Exception {
        assertRefused(
                serve(Map.of("CLAVIGER_TEXT_PORT", "x")).await(),
                2,
                "--text-port: 'x'",
                "environment variable CLAVIGER_TEXT_PORT");
        assertRefused(serve(Map.of("CLAVIGER_DATA_DIR", "/x")).await(), 2, "--data-dir", "CLAVIGER_DATA_DIR");
    }

    @Test
    void unknownVariable_isRefused_exceptOfKubernetes() throws Exception {
        assertRefused(
                serve(Map.of("CLAVIGER_TEXT_PROT", "1")).await(),
                2,
                "claviger serve: unknown environment variable CLAVIGER_TEXT_PROT, did you mean CLAVIGER_TEXT_PORT?");
        Map<String, String> others = Map.of(
                "CLAVIGER_JAVA_OPTS", "-Xmx1g",
                "CLAVIGER_TOKEN", "7",
                "CLAVIGER_UNKNOWN", "",
                "CLAVIGER_PORT", "tcp://10.0.0.1:7654",
                "CLAVIGER_PORT_7654_TCP_ADDR", "10.0.0.1",
                "CLAVIGER_SERVICE_HOST", "10.0.0.1",
                "CLAVIGER_OLD_SERVICE_PORT_TEXT", "7654");
        Program.Result result = serve(others, "--print-config").await();
        assertThat(result.err()).isEmpty();
        assertThat(result.status()).isZero();
    }

    @Test
    void argumentsAreNoFilesOfArguments() throws Exception {
        String arguments = file("--print-config");
        assertRefused(serve("@" + arguments).await(), 2, "@" + arguments);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text-prot: 1           | line 1: unknown key 'text-prot'",
                "config: x.yaml         | unknown key 'config'",
                "text-port: 70000       | text-port: '70000'",
                "text-port: [1]         | a list or a mapping",
                "text-port:             | text-port: ''",
                "[a]                    | is not a mapping",
                "'a: b: c'              | is not YAML",
                "data-dir: /x           | data-dir: '/x'"
            })
    void badFile_isNamed(String yaml, String message) throws Exception {
        String file = file(yaml);
        assertRefused(serve("--config", file).await(), 2, message, file);
    }

    @Test
    void fileWithAKeyTwice_orNothing() throws Exception {
        assertRefused(
                serve("--config", file("listen: a\nlisten: b\n")).await(), 2, "line 2: key 'listen' appears twice");
        Program.Result empty =
                serve("--config", file("# nothing\n"), "--print-config").await();
        assertThat(empty.status()).as(empty.err()).isZero();
    }

    @Test
    void fileThatCannotBeRead_isOneClearLine() throws Exception {
        assertRefused(serve("--config", folder.toString()).await(), 2, "is a directory");
        assertRefused(serve("--config", "").await(), 2, "no file has an empty name");
        assertRefused(serve("--config", "/dev/zero").await(), 2, "/dev/zero: is not a regular file");
        assertRefused(serve("--config", file("#".repeat(65_537))).await(), 2, "is longer than 64 KiB");
        assertRefused(serve("--config", file("[".repeat(65_536))).await(), 2, "is nested too deeply");
    }

    @Test
    void helpVersionAndCompletion() throws Exception {
        Program.Result help = serve("--help").await();
        assertThat(help.status()).isZero();
        assertThat(help.out())
                .startsWith("Usage: claviger serve [OPTIONS]\n")
                .contains("--text-port", "7654", "--insecure", "--print-config", "CLAVIGER_TEXT_PORT")
                .doesNotContain("--data-dir");
        assertThat(Program.java("claviger", Map.of(), "--version").await().out())
                .matches("claviger \\d+\\.\\d+\\.\\d+\\S*\\n");
        assertThat(Program.java("claviger", Map.of(), "completion").await().out())
                .contains("complete -F", "--text-port", "--no-wait", "--until-eof", "--session-ttl");
    }
}
