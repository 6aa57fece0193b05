package io.claviger.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.Entry;
import io.claviger.KeyValueStore;
import io.claviger.Lease;
import io.claviger.LockClient;
import io.claviger.PutOptions;
import io.claviger.Value;
import io.claviger.server.ClavigerServer;
import io.claviger.server.ServerConfig;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** {@code kv get}, {@code put}, {@code cas}, {@code list} and {@code delete} against a server in this JVM. */
class KvCommandsTest {
    /** A line end, a quotation mark, an escape sequence and a picture. */
    private static final String ODD = "a \"b\"\n\u001b[2J 🔑 é";

    private static final byte[] BINARY = {0, 1, '\n', '\r', (byte) 0xff, (byte) 0xc3, 0x28};

    @SuppressWarnings("NullAway.Init") // set before each test
    private ClavigerServer server;

    @SuppressWarnings("NullAway.Init") // set before each test
    private String url;

    @SuppressWarnings("NullAway.Init") // set before each test
    private LockClient client;

    @SuppressWarnings("NullAway.Init") // set before each test
    private KeyValueStore store;

    @BeforeEach
    void start() throws Exception {
        server = ClavigerServer.start(
                ServerConfig.builder().textPort(ServerConfig.OFF).grpcPort(0).build());
        url = "claviger://127.0.0.1:" + server.fronts().get(0).address().getPort();
        client = LockClient.connect(url);
        store = client.keyValues();
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    /** What a command left behind. */
    private record Result(int status, String out, String err) {}

    private Result run(Map<String, String> environment, byte[] input, String... args) throws Exception {
        Map<String, String> all = new HashMap<>(Map.of("CLAVIGER_URL", url));
        all.putAll(environment);
        InJvm run = InJvm.start(new ClientOpener(), all, input, args);
        int status = run.status();
        return new Result(status, run.out() + new String(run.bytes(), UTF_8), run.err());
    }

    private Result run(String... args) throws Exception {
        return run(Map.of(), new byte[0], args);
    }

    private Result fails(int status, String... args) throws Exception {
        Result result = run(args);
        assertThat(result.status()).as(result.err()).isEqualTo(status);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).startsWith("claviger kv");
        return result;
    }

    private byte[] get(String key) throws Exception {
        InJvm run = InJvm.start(new ClientOpener(), Map.of("CLAVIGER_URL", url), "kv", "get", key);
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).isEmpty();
        return run.bytes();
    }

    private static Object document(String json) {
        return new Load(LoadSettings.builder().build()).loadFromString(json);
    }

    @Test
    void putPrintsTheVersionAndGetTheValue() throws Exception {
        Result put = run("kv", "put", "k", "hello");
        Entry entry = store.get("k").orElseThrow();
        assertThat(put).isEqualTo(new Result(0, "version " + entry.version() + "\n", ""));
        assertThat(entry.value()).isEqualTo(Value.text("hello"));
        assertThat(entry.timeLeft()).isEmpty();
        assertThat(run("kv", "get", "k")).isEqualTo(new Result(0, "hello", ""));
        Result json = run("kv", "put", "--json", "k", "again");
        assertThat(json.out())
                .isEqualTo("{\"key\":\"k\",\"version\":"
                        + store.get("k").orElseThrow().version() + "}\n");
    }

    @Test
    void bytesGoInAndOutUnharmed() throws Exception {
        assertThat(run(Map.of(), BINARY, "kv", "put", "binary", "-").status()).isZero();
        assertThat(store.get("binary").orElseThrow().value()).isEqualTo(Value.bytes(BINARY));
        assertThat(get("binary")).isEqualTo(BINARY);
        byte[] largest = new byte[KeyValueStore.MAX_VALUE_BYTES];
        assertThat(run(Map.of(), largest, "kv", "put", "largest", "-").status()).isZero();
        assertThat(get("largest")).isEqualTo(largest);
        assertThat(run(Map.of(), new byte[0], "kv", "put", "empty", "-").status())
                .isZero();
        assertThat(get("empty")).isEmpty();
        Result tooLong = run(Map.of(), new byte[largest.length + 1], "kv", "put", "longer", "-");
        assertThat(tooLong.status()).isEqualTo(2);
        assertThat(tooLong.err()).contains("393216 bytes").hasLineCount(1);
        assertThat(store.exists("longer")).isFalse();
        assertThat(run("kv", "put", "minus", "--", "-5").status()).isZero();
        assertThat(get("minus")).isEqualTo("-5".getBytes(UTF_8));
        assertThat(run("kv", "put", "--", "minus", "-5").status()).isZero();
        assertThat(get("minus")).isEqualTo("-5".getBytes(UTF_8));
    }

    @Test
    void timeToLive() throws Exception {
        assertThat(run("kv", "put", "--ttl", "1h", "k", "x").status()).isZero();
        assertThat(store.get("k").orElseThrow().timeLeft().orElseThrow())
                .isBetween(Duration.ofMinutes(58), Duration.ofHours(1));
        assertThat(run(Map.of("CLAVIGER_TTL", "1h"), new byte[0], "kv", "put", "k", "y")
                        .status())
                .isZero();
        assertThat(store.get("k").orElseThrow().timeLeft()).isEmpty();
        assertThat(fails(2, "kv", "put", "--ttl", "0", "k", "z").err()).contains("--ttl", "without --ttl");
        assertThat(fails(2, "kv", "put", "--ttl=-1s", "k", "z").err()).contains("--ttl", "negative");
        assertThat(fails(2, "kv", "put", "--ttl=soon", "k", "z").err()).contains("--ttl", "30s");
        assertThat(store.get("k").orElseThrow().value()).isEqualTo(Value.text("y"));
    }

    @Test
    void conditionsOnVersions() throws Exception {
        assertThat(run("kv", "cas", "k", "0", "first").status()).isZero();
        long first = store.get("k").orElseThrow().version();
        assertThat(fails(1, "kv", "cas", "k", "0", "x").err())
                .isEqualTo("claviger kv cas: the record 'k' has version " + first
                        + ", not 0; nothing was done. See what stands there ('claviger kv get --json'), and try again with its"
                        + " version\n");
        assertThat(run("kv", "put", "--if-version", "" + first, "k", "second").status())
                .isZero();
        assertThat(fails(1, "kv", "put", "--if-version", "" + first, "k", "x").err())
                .contains(", not " + first);
        assertThat(fails(1, "kv", "delete", "--if-version", "" + first, "k").err())
                .contains(", not " + first);
        assertThat(store.get("k").orElseThrow().value()).isEqualTo(Value.text("second"));
        long second = store.get("k").orElseThrow().version();
        assertThat(run("kv", "delete", "--if-version", "" + second, "k")).isEqualTo(new Result(0, "deleted 'k'\n", ""));
        assertThat(fails(1, "kv", "cas", "k", "" + second, "x").err())
                .contains("there is no record 'k', which counts as version 0, not " + second);
        assertThat(fails(1, "kv", "delete", "k").err()).isEqualTo("claviger kv delete: there is no record 'k'\n");
        assertThat(fails(1, "kv", "get", "k").err()).isEqualTo("claviger kv get: there is no record 'k'\n");
        for (String bad : List.of("-1", "x", "", "01", "9007199254740992", "99999999999999999999")) {
            assertThat(fails(2, "kv", "cas", "--", "k", bad, "x").err())
                    .contains("VERSION: '" + bad + "'", "0 for no record");
            assertThat(fails(2, "kv", "put", "--if-version=" + bad, "k", "x").err())
                    .contains("--if-version");
        }
        assertThat(fails(2, "kv", "delete", "--if-version=0", "k").err()).contains("none can be deleted");
        // A condition that comes from somewhere would be a trap.
        assertThat(run(Map.of("CLAVIGER_IF_VERSION", "5"), new byte[0], "kv", "put", "k", "x")
                        .status())
                .isZero();
    }

    @Test
    void aValueIsCheckedByItsForm() throws Exception {
        assertThat(run("kv", "put", "--form=json", "k", "{\"a\": [1, null]}").status())
                .isZero();
        assertThat(get("k")).isEqualTo("{\"a\": [1, null]}".getBytes(UTF_8));
        long version = store.get("k").orElseThrow().version();
        assertThat(run("kv", "cas", "--form", "text", "k", "" + version, ODD).status())
                .isZero();
        assertThat(get("k")).isEqualTo(ODD.getBytes(UTF_8));
        assertThat(run(Map.of(), BINARY, "kv", "put", "--form=bytes", "k", "-").status())
                .isZero();
        assertThat(fails(2, "kv", "put", "--form=json", "k", "{\"a\": }").err())
                .startsWith("claviger kv put: --form: the value is no JSON document: ")
                .hasLineCount(1);
        assertThat(fails(2, "kv", "put", "--form=xml", "k", "x").err())
                .contains("--form: 'xml' is none of bytes, text and json");
        for (String form : List.of("text", "json")) {
            Result odd = run(Map.of(), BINARY, "kv", "put", "--form=" + form, "k", "-");
            assertThat(odd.status()).isEqualTo(2);
            assertThat(odd.err())
                    .contains("the value is no ", "7 bytes", "no text in UTF-8")
                    .hasLineCount(1);
        }
        assertThat(get("k")).isEqualTo(BINARY);
    }

    @Test
    void conditionsOnLocks() throws Exception {
        try (Lease lease = client.lock("a:b").acquire()) {
            String holding = "--if-holding=a:b:" + lease.token();
            assertThat(run("kv", "put", holding, "k", "x").status()).isZero();
            long version = store.get("k").orElseThrow().version();
            assertThat(run("kv", "cas", holding, "k", "" + version, "y").status())
                    .isZero();
            assertThat(fails(1, "kv", "cas", holding, "k", "" + version, "z").err())
                    .contains("not " + version);
            lease.release();
            Result refused = fails(123, "kv", "put", holding, "k", "z");
            assertThat(refused.err())
                    .contains("'k' was not changed", "'a:b'", "token " + lease.token())
                    .hasLineCount(1);
            assertThat(fails(123, "kv", "delete", holding, "k").err()).contains("'a:b'");
            assertThat(store.get("k").orElseThrow().value()).isEqualTo(Value.text("y"));
        }
        for (String bad : List.of("a", "a:", ":5", "a:0", "a:x", "a:-1", "a:9007199254740992", "")) {
            assertThat(fails(2, "kv", "put", "--if-holding=" + bad, "k", "x").err())
                    .contains("--if-holding", "NAME:57");
        }
    }

    @Test
    void listsAsATableAndAsJson() throws Exception {
        assertThat(run("kv", "list")).isEqualTo(new Result(0, "", "claviger kv list: there is no record\n"));
        assertThat(run("kv", "list", "--json").out()).isEqualTo("{\"records\":[]}\n");
        long text = store.put("p/a", Value.text("x".repeat(100))).version();
        store.put("p/b", Value.bytes(BINARY), PutOptions.timeToLive(Duration.ofHours(2)));
        store.put(ODD, Value.text(ODD));
        store.put("q", Value.text(""));
        List<String> lines = run("kv", "list").out().lines().toList();
        assertThat(lines).hasSize(5);
        assertThat(lines.get(0)).matches("KEY +VERSION +BYTES +ENDS IN +VALUE");
        assertThat(lines.get(1)).startsWith("a \"b\"\\x0a\\x1b[2J 🔑 é ").endsWith("a \"b\"\\x0a\\x1b[2J 🔑 é");
        assertThat(lines.get(2)).matches("p/a +" + text + " +100 +- +x{59}…");
        assertThat(lines.get(3)).matches("p/b +\\d+ +7 +1h59m.* +\\(no text\\)|p/b +\\d+ +7 +2h.* +\\(no text\\)");
        assertThat(run("kv", "list", "p/").out().lines()).hasSize(3);
        assertThat(run("kv", "list", ODD.substring(0, 8)).out().lines()).hasSize(2);
        assertThat(run("kv", "list", "x\n").err())
                .isEqualTo("claviger kv list: there is no record whose key begins with 'x\\x0a'\n");
        assertThat(document(run("kv", "list", "--json", "p/").out()))
                .asString()
                .contains(
                        "value=" + "x".repeat(100), "ends_in_seconds=null", "value=null", "value_base64=AAEKDf/DKA==");
        assertThat(document(run("kv", "get", "--json", ODD).out())).isInstanceOfSatisfying(Map.class, map -> {
            assertThat(map.get("key")).isEqualTo(ODD);
            assertThat(map.get("value")).isEqualTo(ODD);
            assertThat(map.get("value_base64")).isNull();
        });
    }

    @Test
    void listingsGoOverManyPages() throws Exception {
        int many = 250;
        for (int i = 0; i < many; i++) {
            store.put(String.format("k%03d", i), Value.text("" + i));
        }
        List<String> lines = run("kv", "list", "k").out().lines().toList();
        assertThat(lines).hasSize(1 + many);
        assertThat(lines.get(many)).startsWith("k249 ");
    }

    @Test
    void whatIsWrongIsNamed() throws Exception {
        assertThat(run("kv").status()).isEqualTo(2);
        assertThat(run("kv").err()).contains("get", "put", "cas", "list", "delete");
        assertThat(fails(2, "kv", "delet", "k").err()).contains("unknown command 'delet', did you mean 'delete'?");
        assertThat(fails(2, "kv", "get").err()).contains("claviger kv get KEY");
        assertThat(fails(2, "kv", "get", "a", "b").err()).contains("2 arguments, but it takes 1");
        assertThat(fails(2, "kv", "put", "k").err()).contains("1 argument, but it takes 2: claviger kv put KEY VALUE");
        assertThat(fails(2, "kv", "cas", "k", "v").err()).contains("claviger kv cas KEY VERSION VALUE");
        assertThat(fails(2, "kv", "get", "").err()).contains("a key is not empty");
        assertThat(fails(2, "kv", "get", "k".repeat(1_025)).err()).contains("1024", "1025");
        assertThat(fails(2, "kv", "put", "k\uFFFD", "x").err()).contains("LC_ALL");
        assertThat(fails(2, "kv", "get", "--ttl=1s", "k").err()).contains("--ttl");
        assertThat(fails(2, "kv", "get", "--url=local:", "k").err()).contains("local:", "within this process");
        assertThat(run("kv", "get", "--help").out()).contains("123", "125", "byte for byte");
    }

    @Test
    void theUrlMayStandAnywhere() throws Exception {
        store.put("k", Value.text("x"));
        Map<String, String> elsewhere = Map.of("CLAVIGER_URL", "claviger://127.0.0.1:1");
        for (String[] args : new String[][] {
            {"--url", url, "kv", "get", "k"}, {"kv", "--url", url, "get", "k"}, {"kv", "get", "--url", url, "k"}
        }) {
            assertThat(run(elsewhere, new byte[0], args)).isEqualTo(new Result(0, "x", ""));
        }
    }

    @Test
    void noServerIs125_inOneLine() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Result result =
                fails(125, "kv", "put", "--url", "claviger://127.0.0.1:" + port, "--connect-timeout=300ms", "k", "x");
        assertThat(result.err()).contains("127.0.0.1:" + port).hasLineCount(1);
    }
}
