package io.claviger.cli.ldlm;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.cli.ldlm.ServerOptions.Flag;
import io.claviger.cli.ldlm.ServerOptions.Span;
import io.claviger.cli.ldlm.ServerOptions.Text;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerOptionsTest {
    private static final String USAGE_START = "Command usage:\n";

    @TempDir
    private Path folder;

    /** How the program ended before it began. */
    private record End(int status, String out, String err) {}

    private static ServerOptions read(Map<String, String> environment, String... args) throws EarlyEndException {
        return ServerOptions.of(args, environment, "1.2.3");
    }

    private static End end(Map<String, String> environment, String... args) {
        try {
            read(environment, args);
        } catch (EarlyEndException early) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ByteArrayOutputStream err = new ByteArrayOutputStream();
            int status = early.report(
                    new PrintStream(out, true, StandardCharsets.UTF_8),
                    new PrintStream(err, true, StandardCharsets.UTF_8));
            return new End(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        }
        throw new AssertionError("it began");
    }

    private static void assertBadFlag(End end, String message) {
        assertThat(end.err()).isEqualTo(message + "\n");
        assertThat(end.out()).startsWith(USAGE_START);
        assertThat(end.status()).isEqualTo(2);
    }

    private String file(String name, String content) throws Exception {
        return Files.writeString(folder.resolve(name), content).toString();
    }

    @Test
    void defaults() throws Exception {
        ServerOptions options = read(Map.of());
        assertThat(options.text(Text.LISTEN_ADDRESS)).contains("localhost:3144");
        assertThat(options.text(Text.REST_LISTEN_ADDRESS)).isEmpty();
        assertThat(options.text(Text.IPC_SOCKET_FILE).filter(ServerOptions::isUsualSocket))
                .isPresent();
        assertThat(options.duration(Span.KEEPALIVE_INTERVAL)).isEqualTo(Duration.ofMinutes(1));
        assertThat(options.duration(Span.KEEPALIVE_TIMEOUT)).isEqualTo(Duration.ofSeconds(10));
        assertThat(options.duration(Span.REST_SESSION_TIMEOUT)).isEqualTo(Duration.ofMinutes(10));
        assertThat(options.flag(Flag.NO_CLEAR_ON_DISCONNECT)).isFalse();
        assertThat(options.flag(Flag.CLIENT_CERT_VERIFY)).isFalse();
        assertThat(options.logLevel()).isEqualTo("info");
        assertThat(List.of(Text.TLS_CERT, Text.TLS_KEY, Text.CLIENT_CA, Text.PASSWORD, Text.PASSWORD_FILE))
                .allMatch(text -> options.text(text).isEmpty());
    }

    @Test
    void everyOption_onTheCommandLine() throws Exception {
        ServerOptions options = read(
                Map.of(),
                ("--log_level debug --listen_address a:1 --keepalive_interval 2m --keepalive_timeout 3s"
                                + " --lock_gc_interval 1h --lock_gc_min_idle 1m --default_lock_timeout 5m"
                                + " --no_clear_on_disconnect --shards 32 --ipc_socket_file s --rest_listen_address b:2"
                                + " --rest_session_timeout 4m --tls_cert c --tls_key k --client_cert_verify --client_ca ca"
                                + " --password p --password_file pf")
                        .split(" "));
        assertThat(options.logLevel()).isEqualTo("debug");
        assertThat(options.text(Text.LISTEN_ADDRESS)).contains("a:1");
        assertThat(options.duration(Span.KEEPALIVE_INTERVAL)).isEqualTo(Duration.ofMinutes(2));
        assertThat(options.duration(Span.KEEPALIVE_TIMEOUT)).isEqualTo(Duration.ofSeconds(3));
        assertThat(options.flag(Flag.NO_CLEAR_ON_DISCONNECT)).isTrue();
        assertThat(options.text(Text.IPC_SOCKET_FILE)).contains("s");
        assertThat(options.text(Text.REST_LISTEN_ADDRESS)).contains("b:2");
        assertThat(options.duration(Span.REST_SESSION_TIMEOUT)).isEqualTo(Duration.ofMinutes(4));
        assertThat(options.text(Text.TLS_CERT)).contains("c");
        assertThat(options.text(Text.TLS_KEY)).contains("k");
        assertThat(options.flag(Flag.CLIENT_CERT_VERIFY)).isTrue();
        assertThat(options.text(Text.CLIENT_CA)).contains("ca");
        assertThat(options.text(Text.PASSWORD)).contains("p");
        assertThat(options.text(Text.PASSWORD_FILE)).contains("pf");
    }

    @Test
    void shortOptions_inAllTheirForms() throws Exception {
        ServerOptions options =
                read(Map.of(), "-v=warn", "-nl", ":1", "-k2m", "-t", "3s", "-g1h", "-m1m", "-d=5m", "-r", "b:2", "--");
        assertThat(options.logLevel()).isEqualTo("warn");
        assertThat(options.flag(Flag.NO_CLEAR_ON_DISCONNECT)).isTrue();
        assertThat(options.text(Text.LISTEN_ADDRESS)).contains(":1");
        assertThat(options.duration(Span.KEEPALIVE_INTERVAL)).isEqualTo(Duration.ofMinutes(2));
        assertThat(options.duration(Span.KEEPALIVE_TIMEOUT)).isEqualTo(Duration.ofSeconds(3));
        assertThat(options.text(Text.REST_LISTEN_ADDRESS)).contains("b:2");
        assertThat(read(Map.of(), "--no_clear_on_disconnect=false", "-l", "a:1", "-l=a:2")
                        .text(Text.LISTEN_ADDRESS))
                .contains("a:2");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--nonsense | unknown flag: --nonsense",
                "--nonsense=secret | unknown flag: --nonsense",
                "--=x | bad flag syntax: --",
                "---x | bad flag syntax: ---x",
                "-x | unknown shorthand flag: 'x' in -x",
                "-phunter2 | unknown shorthand flag: 'p' in -p",
                "--password | flag needs an argument: --password",
                "-l | flag needs an argument: 'l' in -l",
                "-k 10 | invalid argument \"10\" for \"-k, --keepalive_interval\" flag: time: missing unit in duration"
                        + " \"10\"",
                "-k=-1s | invalid argument \"-1s\" for \"-k, --keepalive_interval\" flag: duration \"-1s\" must not be"
                        + " negative",
                "--rest_session_timeout=10ms | invalid argument \"10ms\" for \"--rest_session_timeout\" flag: duration"
                        + " \"10ms\" must be at least 1s",
                "-g 0 | invalid argument \"0\" for \"-g, --lock_gc_interval\" flag: duration \"0\" must be greater than 0",
                "-d 0s | invalid argument \"0s\" for \"-d, --default_lock_timeout\" flag: duration \"0s\" must be greater"
                        + " than 0",
                "--shards x | invalid argument \"x\" for \"--shards\" flag: strconv.ParseUint: parsing \"x\": invalid"
                        + " syntax",
                "-n=yes | invalid argument \"yes\" for \"-n, --no_clear_on_disconnect\" flag: strconv.ParseBool: parsing"
                        + " \"yes\": invalid syntax",
                "-v loud | invalid argument \"loud\" for \"-v, --log_level\" flag: \"loud\" is none of debug, info, warn,"
                        + " error",
                "-n true | unexpected argument: number 2 belongs to no flag; one that is true or false takes its value as"
                        + " --flag=value",
                "-- x | unexpected argument: number 1 belongs to no flag; one that is true or false takes its value as"
                        + " --flag=value"
            })
    void badFlags_endWithTwo(String args, String message) {
        assertBadFlag(end(Map.of(), args.split(" ")), message);
    }

    @Test
    void help_isHeadedAsTheOriginals_andWinsOverABadEnvironment() {
        End help = end(Map.of("LDLM_SHARDS", "x"), "-h");
        assertThat(help.status()).isZero();
        assertThat(help.err()).isEmpty();
        assertThat(help.out())
                .startsWith(USAGE_START)
                .contains(
                        "  -d, --default_lock_timeout duration ",
                        "      --shards uint32 ",
                        "  -l, --listen_address string ",
                        "(default \"localhost:3144\")",
                        "(default 1m0s)",
                        "  -n, --no_clear_on_disconnect  ",
                        "  -h, --help ")
                .doesNotContain("\t");
        assertThat(end(Map.of(), "--help")).isEqualTo(help);
    }

    @Test
    void version() {
        End version = new End(0, "Version: 1.2.3\nCommit: none\nBuilt: unknown\n", "");
        assertThat(end(Map.of(), "--version")).isEqualTo(version);
        assertThat(end(Map.of("LDLM_VERSION", "T"))).isEqualTo(version);
    }

    @Test
    void stateFile_isRefusedWhereverItComesFrom() throws Exception {
        End refused = new End(
                2,
                "",
                "ldlm-server: --state_file cannot be used: durable state is not in this version, which keeps its state in"
                        + " memory only\n");
        assertThat(end(Map.of(), "--state_file", "f")).isEqualTo(refused);
        assertThat(end(Map.of(), "-s=f")).isEqualTo(refused);
        assertThat(end(Map.of("LDLM_STATE_FILE", "f"))).isEqualTo(refused);
        assertThat(end(Map.of(), "-c", file("c.yml", "state_file: f"))).isEqualTo(refused);
        assertThat(read(Map.of(), "--state_file=").logLevel()).isEqualTo("info");
    }

    @Test
    void commandLineFirst_thenEnvironment_thenFile_thenDefault() throws Exception {
        String file = file("c.yaml", "listen_address: file:1\nkeepalive_timeout: 11s\npassword: file\nshards: 8\n");
        Map<String, String> environment = Map.of("LDLM_LISTEN_ADDRESS", "env:1", "LDLM_KEEPALIVE_TIMEOUT", "12s");
        ServerOptions options = read(environment, "--config_file", file, "-l", "flag:1");
        assertThat(options.text(Text.LISTEN_ADDRESS)).contains("flag:1");
        assertThat(options.duration(Span.KEEPALIVE_TIMEOUT)).isEqualTo(Duration.ofSeconds(12));
        assertThat(options.text(Text.PASSWORD)).contains("file");
        assertThat(options.duration(Span.KEEPALIVE_INTERVAL)).isEqualTo(Duration.ofMinutes(1));
        assertThat(read(Map.of("LDLM_CONFIG_FILE", file)).text(Text.PASSWORD)).contains("file");
    }

    @Test
    void emptyVariable_countsAsUnset_butAnEmptyFlagOrEntryIsAValue() throws Exception {
        assertThat(read(Map.of("LDLM_IPC_SOCKET_FILE", "")).text(Text.IPC_SOCKET_FILE))
                .isPresent();
        assertThat(read(Map.of(), "--ipc_socket_file", "").text(Text.IPC_SOCKET_FILE))
                .isEmpty();
        assertThat(read(Map.of(), "-c", file("c.yml", "ipc_socket_file: ''")).text(Text.IPC_SOCKET_FILE))
                .isEmpty();
        assertThat(read(Map.of("LDLM_PASSWORD", "x"), "--password=").text(Text.PASSWORD))
                .isEmpty();
    }

    @Test
    void badVariable_isNamed_andUnknownOnesAreIgnored() throws Exception {
        assertThat(end(Map.of("LDLM_NO_CLEAR_ON_DISCONNECT", "yes")))
                .isEqualTo(new End(
                        1,
                        "",
                        "error parsing configuration: environment variable LDLM_NO_CLEAR_ON_DISCONNECT:"
                                + " strconv.ParseBool: parsing \"yes\": invalid syntax\n"));
        assertThat(read(Map.of("LDLM_PORT", "tcp://10.0.0.1:3144")).logLevel()).isEqualTo("info");
        assertThat(read(Map.of("LDLM_NO_CLEAR_ON_DISCONNECT", "1")).flag(Flag.NO_CLEAR_ON_DISCONNECT))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "c.yaml | nonsense: 1       | unknown configuration file field: nonsense",
                "c.json | {\"nonsense\": 1} | unknown configuration file field: nonsense",
                "c.yml  | help: true        | unknown configuration file field: help",
                "c.yml  | shards: x         | unable to set value for shards: strconv.ParseUint: parsing \"x\": invalid"
                        + " syntax",
                "c.yml  | keepalive_timeout: 10 | unable to set value for keepalive_timeout: time: missing unit in"
                        + " duration \"10\"",
                "c.yml  | password:         | unable to set value for password: it has no value",
                "c.yml  | config_file: x.yml | unable to set value for config_file: a configuration file cannot name"
                        + " another"
            })
    void badEntry_isNamed(String name, String content, String message) throws Exception {
        assertThat(end(Map.of(), "-c", file(name, content)))
                .isEqualTo(new End(1, "", "error parsing configuration: " + message + "\n"));
    }

    @Test
    void badFile_isNamed() throws Exception {
        String start = "error parsing configuration: ";
        String missing = folder.resolve("none.yaml").toString();
        assertThat(end(Map.of(), "-c", missing))
                .isEqualTo(new End(1, "", start + "error reading config file " + missing + ": no such file\n"));
        assertThat(end(Map.of(), "-c", file("c.toml", "")))
                .isEqualTo(new End(
                        1,
                        "",
                        start + "unsupported config file type: c.toml. Supported file types are .json, .yml, .yaml\n"));
        assertThat(end(Map.of(), "-c", file("c.yml", "- a")).err()).contains("line 1: is not a mapping");
        assertThat(end(Map.of(), "-c", file("d.yml", "shards: 1\nshards: 2")).err())
                .contains("line 2: key 'shards' appears twice");
        assertThat(end(Map.of(), "-c", file("c.json", "shards: 1")).err()).contains("is not a JSON object");
        assertThat(end(Map.of(), "-c", file("d.json", "{")).err()).contains("is not JSON");
    }

    @Test
    void json_withTabsAndNumbersAndTruthValues() throws Exception {
        String file = file(
                "c.JSON",
                "{\n\t\"listen_address\":\t\"a:1\",\n\t\"shards\": 4,\n\t\"no_clear_on_disconnect\": true,\n\t"
                        + "\"password\": \"sl\\u00fcsch\\/el\"\n}\n");
        ServerOptions options = read(Map.of(), "-c", file);
        assertThat(options.text(Text.LISTEN_ADDRESS)).contains("a:1");
        assertThat(options.flag(Flag.NO_CLEAR_ON_DISCONNECT)).isTrue();
        assertThat(options.text(Text.PASSWORD)).contains("sl\u00fcsch/el");
    }

    @Test
    void environmentTemplate_hasAllOptionsByName_andIsAccepted() throws Exception {
        End template = end(Map.of("LDLM_PASSWORD", "s3cret"), "--print_env_template", "-l", "a:\"1");
        assertThat(template.status()).isZero();
        assertThat(template.out())
                .startsWith("# Generated with\n")
                .contains(
                        "# Address (host:port) at which to listen\nLDLM_LISTEN_ADDRESS=\"a:\\\"1\"\n",
                        "LDLM_KEEPALIVE_INTERVAL=\"1m0s\"\n",
                        "LDLM_IPC_SOCKET_FILE=\"<platform specific>\"\n",
                        "LDLM_PASSWORD=\"\"\n")
                .doesNotContain("s3cret", "LDLM_HELP", "LDLM_PRINT");
        List<String> names = template.out()
                .lines()
                .filter(line -> line.startsWith("LDLM_"))
                .map(line -> line.substring(0, line.indexOf('=')))
                .toList();
        assertThat(names).isSorted().hasSize(21);
        Map<String, String> environment = new HashMap<>();
        end(Map.of(), "--print_env_template")
                .out()
                .lines()
                .filter(line -> line.startsWith("LDLM_"))
                .forEach(line -> {
                    int equals = line.indexOf('=');
                    environment.put(line.substring(0, equals), line.substring(equals + 2, line.length() - 1));
                });
        assertThat(read(environment).text(Text.LISTEN_ADDRESS)).contains("localhost:3144");
    }

    @Test
    void yamlTemplate_isAccepted_andGivesTheSame() throws Exception {
        End template = end(Map.of("LDLM_PASSWORD", "s3cret"), "--print_yaml_template", "-l", "o'brien:1", "-n");
        assertThat(template.status()).isZero();
        assertThat(template.out())
                .contains("# Do not clear locks on client disconnect\nno_clear_on_disconnect: true\n")
                .doesNotContain("s3cret", "config_file");
        ServerOptions options = read(Map.of(), "-c", file("t.yaml", template.out()));
        assertThat(options.text(Text.LISTEN_ADDRESS)).contains("o'brien:1");
        assertThat(options.flag(Flag.NO_CLEAR_ON_DISCONNECT)).isTrue();
        assertThat(options.text(Text.IPC_SOCKET_FILE).filter(ServerOptions::isUsualSocket))
                .isPresent();
        String again = end(Map.of(), "-c", file("t.yaml", template.out()), "--print_yaml_template")
                .out();
        assertThat(again).isEqualTo(template.out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"INFO", "Warn", "debug", "ERROR"})
    void levels_inAnyCase(String level) throws Exception {
        assertThat(read(Map.of("LDLM_LOG_LEVEL", level)).logLevel())
                .isEqualTo(level.toLowerCase(java.util.Locale.ROOT));
    }
}
