package io.claviger.cli;

import io.claviger.LockClient;
import io.claviger.cli.BenchLoad.Result;
import io.claviger.cli.BenchLoad.Times;
import io.claviger.cli.process.Signals;
import io.claviger.client.RemoteAdmin;
import io.claviger.client.RemoteAdmin.ServerStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.time.Duration;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code claviger bench}: how fast a server is for this client. */
@Command(
        name = "bench",
        customSynopsis = "claviger bench [OPTION]...",
        description = {
            "Measure a server from here, with one client: threads that take and release a lock of their own, one such thread,"
                    + " and threads on one lock. The names begin with claviger-bench/ and a random word; nothing of"
                    + " them stays.",
            ""
        })
@SuppressWarnings({"UnusedVariable", "unused"}) // OptionSources reads the declarations, nobody the fields.
final class BenchCommand extends AdminCommand {
    private static final String PREFIX = "claviger-bench/";
    private static final Duration WARM_UP = Duration.ofSeconds(2);
    private static final int MAX_THREADS = 1_000;

    @Option(
            names = "--duration",
            defaultValue = "5s",
            paramLabel = "DURATION",
            description = "How long each of the three is counted, after a warm-up of 2s (default: ${DEFAULT-VALUE}).")
    private @Nullable String duration;

    @Option(
            names = "--threads",
            defaultValue = "16",
            paramLabel = "T",
            description = "How many threads (default: ${DEFAULT-VALUE}).")
    private @Nullable String threads;

    @Mixin
    private final JsonOption json = new JsonOption();

    @Mixin
    private final ConnectionOptions connection = new ConnectionOptions();

    /** The load that runs, and the signal that ended it. */
    private @Nullable BenchLoad running;

    private Signals.@Nullable Kind ended;

    BenchCommand(Surroundings surroundings) {
        super(surroundings);
    }

    /** What is measured where. */
    private record Setting(ServerStatus status, String server, boolean sameMachine, Duration duration, int threads) {}

    /** The results of the three measurements. */
    private record Results(Result ownNames, Result oneThread, Result oneName) {}

    @Override
    int run(OptionSources sources) throws InterruptedException {
        Setting setting = setting(sources);
        surroundings.signals().accept(this::end);
        boolean asJson = isJson(sources);
        if (!asJson) {
            head(setting);
        }
        // Whatever becomes of us, what we hold ends with the connection.
        try (LockClient client =
                surroundings.opener().open(Connection.of(sources).boundToConnection())) {
            Results results = measure(client, setting, asJson);
            Signals.Kind signal = signal();
            if (signal != null) {
                return signal.status();
            }
            if (asJson) {
                json(setting, results);
            }
            return 0;
        }
    }

    private Setting setting(OptionSources sources) {
        OptionValue time = sources.require("duration");
        if (time.duration().isZero()) {
            throw time.bad("is too short to measure in");
        }
        OptionValue number = sources.require("threads");
        if (number.count() > MAX_THREADS) {
            throw number.bad("is more than " + MAX_THREADS + ", and threads would be measured rather than locks");
        }
        try (RemoteAdmin admin = open(sources)) {
            return new Setting(
                    admin.status(),
                    admin.server().toString(),
                    isOfThisMachine(admin.server().host()),
                    time.duration(),
                    number.count());
        }
    }

    private Results measure(LockClient client, Setting setting, boolean silent) throws InterruptedException {
        String prefix =
                PREFIX + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()) + "/";
        int threads = setting.threads();
        List<String> own = IntStream.range(0, threads).mapToObj(i -> prefix + i).toList();
        Result ownNames = run(client, own, setting);
        if (!silent) {
            line(threads, "a name each", ownNames.cyclesPerSecond(), "cycles/s", "acquire", ownNames.acquire(), "");
        }
        Result oneThread = run(client, List.of(prefix + "one"), setting);
        if (!silent) {
            line(1, "", oneThread.cyclesPerSecond(), "cycles/s", "acquire", oneThread.acquire(), "");
        }
        Result oneName = run(client, Collections.nCopies(threads, prefix + "all"), setting);
        if (!silent) {
            String fairness = String.format(Locale.ROOT, "   fairness max/min %.2f", oneName.fairness());
            line(
                    threads,
                    "one name",
                    oneName.handOffsPerSecond(),
                    "hand-offs/s",
                    "hand-off",
                    oneName.handOff(),
                    fairness);
        }
        return new Results(ownNames, oneThread, oneName);
    }

    private Result run(LockClient client, List<String> names, Setting setting) throws InterruptedException {
        BenchLoad load = new BenchLoad(client, names, WARM_UP, setting.duration());
        synchronized (this) {
            running = load;
            if (ended != null) {
                load.stop();
            }
        }
        return load.run();
    }

    private synchronized void end(Signals.Kind signal) {
        ended = signal;
        if (running != null) {
            running.stop();
        }
    }

    private synchronized Signals.@Nullable Kind signal() {
        return ended;
    }

    private void head(Setting setting) {
        out().println("server " + setting.server() + ", version "
                + Printed.of(setting.status().version()) + ", "
                + Printed.of(setting.status().durability()) + "; it and this client "
                + (setting.sameMachine() ? "share one machine" : "are on different machines"));
        out().println("one client and connection; each line: " + Durations.format(WARM_UP) + " to warm up, then "
                + Durations.format(setting.duration()) + " counted");
        out().println();
        out().flush();
    }

    private void line(int threads, String names, double rate, String unit, String what, Times times, String more) {
        if (signal() == null) {
            out().println(Printed.padRight(
                            LockWords.counted(threads, "thread") + (names.isEmpty() ? "" : ", " + names), 26)
                    + String.format(Locale.ROOT, "%,12.0f %-12s %-8s", rate, unit, what)
                    + String.format(Locale.ROOT, " p50 %,8.0f µs   p99 %,8.0f µs", times.p50Micros(), times.p99Micros())
                    + more);
            out().flush();
        }
    }

    private void json(Setting setting, Results results) {
        JsonWriter json = new JsonWriter(out());
        json.beginObject()
                .field("server", setting.server())
                .field("version", setting.status().version())
                .field("durability", setting.status().durability())
                .field("same_machine", setting.sameMachine())
                .seconds("warm_up_seconds", WARM_UP)
                .seconds("counted_seconds", setting.duration());
        cycles(json.name("own_names"), results.ownNames());
        cycles(json.name("one_thread"), results.oneThread());
        Result one = results.oneName();
        json.name("one_name")
                .beginObject()
                .field("threads", one.threads())
                .field("hand_offs_per_second", one.handOffsPerSecond())
                .field("hand_off_p50_micros", one.handOff().p50Micros())
                .field("hand_off_p99_micros", one.handOff().p99Micros())
                .field("fairness", one.fairness())
                .endObject();
        json.endObject().endDocument();
    }

    private static void cycles(JsonWriter json, Result result) {
        json.beginObject()
                .field("threads", result.threads())
                .field("cycles_per_second", result.cyclesPerSecond())
                .field("acquire_p50_micros", result.acquire().p50Micros())
                .field("acquire_p99_micros", result.acquire().p99Micros())
                .endObject();
    }

    private static boolean isOfThisMachine(String host) {
        try {
            InetAddress address = InetAddress.getByName(host);
            return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
        } catch (IOException unknown) {
            return false;
        }
    }
}
