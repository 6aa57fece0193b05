package io.claviger.lab;

import io.claviger.lab.LoadOptions.Mode;
import java.io.IOException;

/**
 * Puts load on a server of the text protocol and reports what came of it. One thread and no allocation per request,
 * since it shares the machine with the server that is measured. Call it without arguments for its options.
 */
public final class TextLoad {
    private TextLoad() {}

    /** Runs one load; the exit status is 1 if an answer was not what the protocol promises, 2 for wrong options. */
    public static void main(String[] arguments) throws IOException {
        LoadOptions options;
        try {
            options = LoadOptions.parse(arguments);
        } catch (IllegalArgumentException wrong) {
            System.err.println("TextLoad: " + wrong.getMessage());
            System.err.println("usage: " + LoadOptions.USAGE);
            System.exit(2);
            return;
        }
        System.exit(run(options) == 0 ? 0 : 1);
    }

    private static long run(LoadOptions options) throws IOException {
        LoadTally warmup = new LoadTally();
        if (options.warmup() > 0) {
            runOnce(options, options.warmup(), warmup);
            SessionLoad.settle(options);
        }
        LoadTally tally = new LoadTally();
        ProcessCpu client = ProcessCpu.of(ProcessHandle.current().pid());
        ProcessCpu server = ProcessCpu.of(options.serverPid());
        long clientBefore = client.nanos();
        long serverBefore = server.nanos();
        long nanos = runOnce(options, options.requests(), tally);
        long clientCpu = client.nanos() - clientBefore;
        long serverCpu = server.nanos() - serverBefore;
        String unit = options.mode() == Mode.ONESHOT ? "cycle" : "op";
        System.out.println(tally.report(unit, options.requests(), nanos, clientCpu, serverCpu));
        return tally.unexpected() + warmup.unexpected();
    }

    private static long runOnce(LoadOptions options, long requests, LoadTally tally) throws IOException {
        return options.mode() == Mode.ONESHOT
                ? OneshotLoad.run(options, requests, tally)
                : SessionLoad.run(options, requests, tally);
    }
}
