package io.claviger.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say how locks are taken and held, as declarations; {@link Wanted} reads them. */
@SuppressWarnings({"UnusedVariable", "unused"}) // picocli and OptionSources read the declarations, nobody the fields.
final class LockingOptions {
    @Option(
            names = "--wait",
            paramLabel = "DURATION",
            description = "Give up with status 123 if not granted within this time (default: wait for ever). On a "
                    + "table, longer than the lease of who may have crashed, such as 30s.")
    private @Nullable String wait;

    @Option(
            names = "--no-wait",
            arity = OptionValue.FLAG_ARITY,
            preprocessor = AttachedFlag.class,
            fallbackValue = "true",
            paramLabel = OptionValue.TRUE_OR_FALSE,
            description =
                    "Give up with status 123 unless granted at once. On a table, nobody follows so who crashed: see --wait.")
    private @Nullable String noWait;

    @Option(
            names = "--lease",
            paramLabel = "DURATION",
            description =
                    "Time to live of the grant, renewed automatically (default: none, it lives with the session; on a table "
                            + "20s, for run at least three times the grace).")
    private @Nullable String lease;

    @Option(
            names = "--session-ttl",
            paramLabel = "DURATION",
            description = "How long the server keeps the session without contact, 1s to 10m; 0 ends it with the "
                    + "connection (default: 15s, for run at least three times the grace).")
    private @Nullable String sessionTtl;

    @Option(
            names = "--permits",
            paramLabel = "P",
            description = "Take P permits of a semaphore at once (default: 1). Needs --capacity.")
    private @Nullable String permits;

    @Option(
            names = "--capacity",
            paramLabel = "N",
            description = "The name is a semaphore of N permits. All who use it must say the same N.")
    private @Nullable String capacity;

    @Option(
            names = "--shared",
            arity = OptionValue.FLAG_ARITY,
            preprocessor = AttachedFlag.class,
            fallbackValue = "true",
            paramLabel = OptionValue.TRUE_OR_FALSE,
            description = "The name is a reader-writer lock: be one of its readers.")
    private @Nullable String shared;

    @Option(
            names = "--exclusive",
            arity = OptionValue.FLAG_ARITY,
            preprocessor = AttachedFlag.class,
            fallbackValue = "true",
            paramLabel = OptionValue.TRUE_OR_FALSE,
            description = "The name is a reader-writer lock: be its writer.")
    private @Nullable String exclusive;

    @Option(
            names = "--actor",
            paramLabel = "ACTOR",
            description =
                    "For whom the lock is, such as a job. If actors wait for each other in a circle, the wait that "
                            + "closes it is refused with status 123.")
    private @Nullable String actor;
}
