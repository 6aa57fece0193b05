package io.claviger.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.cli.process.ToolProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The distribution as users start it. Runs after the package phase, which makes the distribution. */
class LauncherE2eTest {
    private static final Path HOME = Path.of(System.getProperty("claviger.distribution"));

    @TempDir
    private Path folder;

    private static Program run(Path home, Map<String, String> environment, String name, String... args)
            throws Exception {
        List<String> command =
                new ArrayList<>(List.of(home.resolve("bin/" + name).toString()));
        command.addAll(List.of(args));
        return Program.start(environment, command);
    }

    private static void assertServesAndRunsCommands(Path home) throws Exception {
        try (Program server = run(
                home,
                Map.of(),
                "claviger",
                "serve",
                "--text-port=0",
                "--grpc-port=off",
                "--http-port=off",
                "--ipc-socket=off")) {
            String port = String.valueOf(server.awaitOut("ready\n").port("text 127\\.0\\.0\\.1:(\\d+)"));
            Program.Result command = run(
                            home,
                            Map.of(),
                            "tcpnetlock_do",
                            "--port",
                            port,
                            "--",
                            "sh",
                            "-c",
                            "echo \"$1\"; exit 7",
                            "_",
                            "a  b")
                    .await();
            assertThat(command).isEqualTo(new Program.Result(7, "a  b\n", ""));
            assertThat(server.signal("TERM").status()).isZero();
        }
    }

    @Test
    void serverAndToolsWork() throws Exception {
        assertServesAndRunsCommands(HOME);
        assertThat(run(HOME, Map.of(), "tcpnetlock_client", "--help").await().out())
                .contains("tcpnetlock_client");
        assertThat(run(HOME, Map.of(), "tcpnetlock_server", "--help").await().out())
                .contains("tcpnetlock_server");
        assertThat(run(HOME, Map.of(), "lynk", "--help").await().out()).startsWith("usage: lynk [-h] {create-table");
        assertThat(HOME.resolve("share/claviger-completion.bash")).isNotEmptyFile();
    }

    @Test
    void worksAfterACopy_withSpacesInThePath_andThroughLinks() throws Exception {
        Path copy = folder.resolve("a copy");
        assertThat(Program.start(Map.of(), List.of("cp", "-R", HOME.toString(), copy.toString()))
                        .await()
                        .status())
                .isZero();
        assertServesAndRunsCommands(copy);
        Path link = Files.createSymbolicLink(folder.resolve("tcpnetlock_do"), copy.resolve("bin/tcpnetlock_do"));
        Program.Result usage =
                Program.start(Map.of(), List.of(link.toString(), "--help")).await();
        assertThat(usage.status()).as(usage.err()).isZero();
        assertThat(usage.out()).contains("usage: tcpnetlock_do");
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "JAVA25_HOME", matches = ".+")
    void anotherJava_worksWithoutAWordAboutTheArchive() throws Exception {
        Map<String, String> environment = Map.of("JAVA_HOME", System.getenv("JAVA25_HOME"));
        try (Program server = run(
                        HOME,
                        environment,
                        "claviger",
                        "serve",
                        "--text-port=0",
                        "--grpc-port=off",
                        "--http-port=off",
                        "--ipc-socket=off")
                .awaitOut("ready\n")) {
            Program.Result result = server.signal("TERM");
            assertThat(result.status()).isZero();
            assertThat(result.err()).startsWith("claviger serve: the state").hasLineCount(1);
            assertThat(result.out()).startsWith("text ").hasLineCount(2);
        }
    }

    @Test
    void worksWithACdpath() throws Exception {
        Program.Result result = Program.start(
                        Map.of("CDPATH", HOME.toString()),
                        List.of("sh", "-c", "cd \"$1\" && exec bin/claviger --version", "_", HOME.toString()))
                .await();
        assertThat(result.status()).as(result.err()).isZero();
        assertThat(result.out()).startsWith("claviger ").hasLineCount(1);
    }

    @Test
    void homeThatIsNoClassPath_isOneLine() throws Exception {
        Path bin = Files.createDirectories(folder.resolve("a:b/bin"));
        Files.copy(HOME.resolve("bin/claviger"), bin.resolve("claviger"), StandardCopyOption.COPY_ATTRIBUTES);
        Program.Result result =
                run(folder.resolve("a:b"), Map.of(), "claviger", "--version").await();
        assertThat(result.status()).isEqualTo(127);
        assertThat(result.err())
                .startsWith("claviger: cannot run from ")
                .contains("a:b", "':'")
                .hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "C", "POSIX"})
    void commandKeepsItsArgumentsAndItsLocale(String locale) throws Exception {
        try (Program server = run(
                        HOME,
                        Map.of(),
                        "claviger",
                        "serve",
                        "--text-port=0",
                        "--grpc-port=off",
                        "--http-port=off",
                        "--ipc-socket=off")
                .awaitOut("ready\n")) {
            String port = String.valueOf(server.port("text 127\\.0\\.0\\.1:(\\d+)"));
            // As octal numbers, since the JVM of this test may not be able to pass the letters on.
            String script =
                    "unset LANG LC_CTYPE LC_ALL; ${1:+export LC_ALL=\"$1\"}; exec \"$2\" --port \"$3\" -- sh -c "
                            + "'printf %s \"$1\" | od -An -to1; env | grep -c CLAVIGER_; echo \"${LC_ALL-none}\"' _ "
                            + "\"$(printf '\\303\\244')\"";
            Program.Result result = Program.start(
                            Map.of(),
                            List.of(
                                    "sh",
                                    "-c",
                                    script,
                                    "_",
                                    locale,
                                    HOME.resolve("bin/tcpnetlock_do").toString(),
                                    port))
                    .await();
            assertThat(result)
                    .isEqualTo(
                            new Program.Result(0, " 303 244\n0\n" + (locale.isEmpty() ? "none" : locale) + "\n", ""));
        }
    }

    @Test
    void closedStandardStreams_areEmptyForTheCommand_andNoFileOfJava() throws Exception {
        Path log = folder.resolve("log");
        String look = "for fd in 0 1 2; do readlink /proc/self/fd/$fd >> '" + log + "'; done";
        try (Program server = run(
                HOME,
                Map.of(),
                "claviger",
                "serve",
                "--text-port=off",
                "--grpc-port=0",
                "--http-port=off",
                "--ipc-socket=off")) {
            String url = "claviger://localhost:" + server.awaitOut("ready\n").port("grpc 127\\.0\\.0\\.1:(\\d+)");
            Program.Result result = Program.start(
                            Map.of(),
                            List.of(
                                    "sh",
                                    "-c",
                                    "\"$@\" <&- >&- 2>&-",
                                    "_",
                                    HOME.resolve("bin/claviger").toString(),
                                    "run",
                                    "--url",
                                    url,
                                    "a",
                                    "--",
                                    "sh",
                                    "-c",
                                    look))
                    .await();
            assertThat(result.status()).isZero();
        }
        // The look itself redirects its output.
        assertThat(Files.readAllLines(log)).containsExactly("/dev/null", log.toString(), "/dev/null");
    }

    @Test
    void archiveIsUsed() throws Exception {
        Program.Result result = run(HOME, Map.of("CLAVIGER_JAVA_OPTS", "-Xlog:class+load"), "claviger", "--version")
                .await();
        assertThat(result.out()).contains("picocli.CommandLine source: shared objects file");
    }

    @Test
    void doLoadsNeitherPicocliNorNettyNorLogging() throws Exception {
        Program.Result result = run(HOME, Map.of("CLAVIGER_JAVA_OPTS", "-Xlog:class+load"), "tcpnetlock_do", "--help")
                .await();
        assertThat(result.out())
                .contains("io.claviger.cli.tcpnetlock.TnlDo")
                .doesNotContain("picocli", "io.netty", "org.slf4j", "ch.qos");
    }

    @Test
    void lockLoadsNeitherPicocliNorNettyNorLogging_andIsInTheArchive() throws Exception {
        Program.Result result = run(HOME, Map.of("CLAVIGER_JAVA_OPTS", "-Xlog:class+load"), "ldlm-lock", "list")
                .await();
        assertThat(result.out())
                .contains("io.claviger.server.ipc.IpcClient source: shared objects file")
                .doesNotContain("picocli", "io.netty", "org.slf4j", "ch.qos", "io.grpc");
    }

    private Program ldlmServer(Path socket) throws Exception {
        return run(HOME, Map.of(), "ldlm-server", "-l", "127.0.0.1:0", "--ipc_socket_file", socket.toString())
                .awaitErr("gRPC server started");
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "QUIT", "TERM", "HUP"})
    void ldlmServer_endsInOrderOnSignals(String signal) throws Exception {
        Path socket = folder.resolve("s");
        try (Program server = ldlmServer(socket)) {
            assertThat(run(HOME, Map.of(), "ldlm-lock", "-s", socket.toString(), "list")
                            .await())
                    .isEqualTo(new Program.Result(0, "No locks found\n", ""));
            Program.Result result = server.signal(signal);
            assertThat(result.status()).isZero();
            assertThat(result.out()).isEmpty();
            assertThat(result.err()).contains("Shutting down...");
        }
        assertThat(socket).doesNotExist();
    }

    @Test
    void ldlmServer_endsWithItsLauncher_alsoIfThatIsKilled() throws Exception {
        Path socket = folder.resolve("s");
        try (Program server = ldlmServer(socket)) {
            server.signal("KILL");
            ToolProcess.until("the socket is gone", () -> Files.notExists(socket));
        }
    }

    @Test
    void ldlmServer_passesOnArgumentsAndStatuses() throws Exception {
        Program.Result wrong =
                run(HOME, Map.of(), "ldlm-server", "--no such flag").await();
        assertThat(wrong.status()).isEqualTo(2);
        assertThat(wrong.err()).isEqualTo("unknown flag: --no such flag\n");
        assertThat(wrong.out()).startsWith("Command usage:\n");
        assertThat(run(HOME, Map.of(), "ldlm-server", "--version").await().out())
                .startsWith("Version: ");
    }

    @Test
    void missingOrOldJava_isOneLine() throws Exception {
        Program.Result missing = run(HOME, Map.of("JAVA_HOME", folder.toString()), "tcpnetlock_do", "--help")
                .await();
        assertThat(missing.status()).isEqualTo(127);
        assertThat(missing.err())
                .startsWith("tcpnetlock_do: needs Java 17 or newer")
                .hasLineCount(1);

        Path java = Files.createDirectories(folder.resolve("bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\necho 'openjdk version \"11.0.2\" 2019-01-15' >&2\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        Program.Result old = run(HOME, Map.of("JAVA_HOME", folder.toString()), "claviger", "--version")
                .await();
        assertThat(old.status()).isEqualTo(127);
        assertThat(old.err())
                .contains("needs Java 17 or newer, but", "is 11.0.2")
                .hasLineCount(1);
    }
}
