package io.claviger.lab;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;

/**
 * Lock and Unlock without pause on a server of LDLM, ours or the original: connections with one request in flight each, and
 * names of their own. One thread serves them all and makes the bytes by hand, so that it costs much less than the server does.
 * Prints a line of JSON. Call it without arguments for its options.
 */
public final class LdlmLoad {
    /** How long no connection may get an answer before the run is given up. */
    private static final long PATIENCE_MILLIS = 20_000;

    private final LdlmLoadOptions options;
    private final List<LdlmCycle> cycles = new ArrayList<>();

    /** In names, since a REST session outlives its connection, and so do its locks. */
    private final String run = Long.toString(System.currentTimeMillis(), 36);

    private LdlmLoad(LdlmLoadOptions options) {
        this.options = options;
    }

    /** Runs the measurement; the exit status is 1 if an answer was not as it should be, 2 for wrong options. */
    public static void main(String[] words) {
        Load.main("LdlmLoad", LdlmLoadOptions.USAGE, () -> {
            LdlmLoadOptions options = LdlmLoadOptions.parse(words);
            return () -> {
                run(options).print(options.out());
                return true;
            };
        });
    }

    /**
     * Runs the load and returns the result.
     *
     * @throws IOException if an answer was not as it should be, or did not come
     */
    static JsonLine run(LdlmLoadOptions options) throws IOException {
        LdlmLoad load = new LdlmLoad(options);
        try (Selector selector = Selector.open()) {
            return load.measure(selector);
        } finally {
            for (LdlmCycle cycle : load.cycles) {
                cycle.close();
            }
        }
    }

    private JsonLine measure(Selector selector) throws IOException {
        CycleWindow window = CycleWindow.after(options.warmupMillis(), options.measureMillis());
        for (int i = 0; i < options.connections(); i++) {
            cycles.add(begin(selector, window, "own-" + run + "-" + i));
        }
        serve(selector, window.fromNanos());
        CpuUse before = CpuUse.now(options.serverPid());
        serve(selector, window.toNanos());
        CpuUse used = CpuUse.now(options.serverPid()).since(before);
        return describe(window, used);
    }

    private LdlmCycle begin(Selector selector, CycleWindow window, String name) throws IOException {
        LdlmCycle cycle = switch (options.wire()) {
            case GRPC -> new GrpcCycle(options.server(), window, name);
            case REST -> new RestCycle(options.server(), window, name);
        };
        cycle.register(selector);
        return cycle;
    }

    private static void serve(Selector selector, long untilNanos) throws IOException {
        while (System.nanoTime() - untilNanos < 0) {
            if (selector.select(PATIENCE_MILLIS) == 0) {
                throw new IOException("no answer for " + PATIENCE_MILLIS + " ms");
            }
            for (SelectionKey key : selector.selectedKeys()) {
                ((LdlmCycle) key.attachment()).ready();
            }
            selector.selectedKeys().clear();
        }
    }

    private JsonLine describe(CycleWindow window, CpuUse used) {
        LatencyHistogram locks = new LatencyHistogram();
        LatencyHistogram unlocks = new LatencyHistogram();
        for (LdlmCycle cycle : cycles) {
            locks.add(cycle.locks());
            unlocks.add(cycle.unlocks());
        }
        JsonLine line = new JsonLine()
                .put("service", options.service())
                .put("wire", options.wire() == LdlmLoadOptions.Wire.GRPC ? "grpc" : "rest")
                .put("connections", options.connections())
                .put("cycles_per_s", unlocks.total() / window.seconds())
                .put("lock", locks)
                .put("unlock", unlocks);
        used.describe(line, "cycle", unlocks.total(), window.seconds());
        return line;
    }
}
