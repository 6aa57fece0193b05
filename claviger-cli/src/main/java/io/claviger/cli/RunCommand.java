package io.claviger.cli;

import io.claviger.Lease;
import io.claviger.MultiLease;
import io.claviger.cli.process.CannotRunException;
import io.claviger.cli.process.LockedCommand;
import io.claviger.cli.process.Signals;
import io.claviger.spi.Validity;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code claviger run}: runs a command under a lock, or under several. The fields declare the options, see
 * {@link ServeCommand}.
 */
@Command(
        name = "run",
        customSynopsis = "claviger run [OPTION]... NAME... -- COMMAND [ARGUMENT]...",
        description = {
            "Run a command while holding a lock, or several: ordered, all or none.",
            "",
            "The command has the terminal and the standard streams, and in its environment",
            "  CLAVIGER_LOCK   the name of the lock",
            "  CLAVIGER_TOKEN  its fencing token, to send with every write",
            "  CLAVIGER_KEY    its key, a secret by which the lock can be released",
            "or of several locks each, in the order of NAME..., with commas between them;",
            "  CLAVIGER_URL    the URL, if --url is given: commands of ours within it use the same place",
            ""
        },
        footer = {
            "",
            "INT, TERM and HUP are passed on to the command. The lock is released when the command has ended and, if it "
                    + "was signalled, all that it started as well.",
            "If the lock cannot be renewed, the command and all that it started get TERM, --grace before the lock ends, "
                    + "and KILL just before its end. If the lock is taken back they get TERM at once, and KILL after "
                    + "the grace.",
            "",
            "Durations are such as 500ms, 30s, 5m, 2h. Every option can also be given as an environment variable "
                    + "(--no-wait is CLAVIGER_NO_WAIT); the command line comes first. CLAVIGER_PASSWORD is kept from the command.",
            "",
            "Exit status: that of the command, 128+n if it died of signal n or we got signal n while waiting; 2 wrong "
                    + "option or variable; 122 lock lost; 123 not granted; 125 no server reached; 126 command cannot "
                    + "be executed; 127 command not found."
        },
        mixinStandardHelpOptions = true,
        versionProvider = ClavigerCommand.VersionLine.class,
        sortOptions = false)
@SuppressWarnings({"UnusedVariable", "unused"}) // picocli and OptionSources read the declarations, nobody the fields.
final class RunCommand implements Callable<Integer> {
    private static final String SEPARATOR = "--";

    /** Must not reach the command: it may run for others, and print its environment. */
    private static final String PASSWORD_VARIABLE = "CLAVIGER_PASSWORD";

    private final Surroundings surroundings;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before any call.
    private CommandSpec spec;

    @Mixin
    private final LockingOptions locking = new LockingOptions();

    @Option(
            names = "--grace",
            defaultValue = "5s",
            paramLabel = "DURATION",
            description = "Time between TERM and KILL for a command whose lock ends (default: ${DEFAULT-VALUE}). "
                    + "Shorter than the lease, and at most half the session's time to live.")
    private @Nullable String grace;

    @Mixin
    private final ConnectionOptions connection = new ConnectionOptions();

    @Parameters(arity = "0..*", paramLabel = "NAME", description = "The lock's name, or several.")
    private List<String> words = List.of();

    RunCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws InterruptedException {
        OptionSources sources = OptionSources.of(spec.commandLine().getParseResult(), surroundings.environment());
        List<String> command = command();
        Wanted wanted = Wanted.of(names(command), sources);
        OptionValue grace = sources.require("grace");
        Connection connection = Connection.of(sources).withGrace(grace);
        checkGrace(grace, wanted);
        PrintWriter err = spec.commandLine().getErr();
        try (Holder holder = new Holder(wanted, line -> say(err, line))) {
            LockedCommand.require(
                    command.get(0),
                    Optional.ofNullable(surroundings.environment().get("PATH")));
            MultiLease leases = holder.acquire(connection, surroundings);
            return runHolding(leases, holder, wanted, command, grace, sources.ofCommandLine("url"));
        } catch (CannotRunException e) {
            say(err, String.valueOf(e.getMessage()));
            return e.status();
        } catch (EndedException e) {
            return e.status();
        }
    }

    private static void say(PrintWriter err, String line) {
        err.println("claviger run: " + line);
        err.flush();
    }

    /** @param url what the command is told of; empty = it has the same as we have */
    private int runHolding(
            MultiLease leases,
            Holder holder,
            Wanted wanted,
            List<String> command,
            OptionValue grace,
            Optional<OptionValue> url)
            throws InterruptedException, CannotRunException {
        PrintWriter err = spec.commandLine().getErr();
        ValidityWatch validity = new ValidityWatch(leases, grace.duration());
        if (!validity.leavesTime()) {
            return refuseToRun(err, wanted, grace);
        }
        Optional<Signals.Kind> signal = holder.pendingSignal();
        if (signal.isPresent()) {
            return signal.get().status();
        }
        LockedCommand started = LockedCommand.start(
                command,
                environment -> {
                    describe(leases, wanted, environment);
                    url.ifPresent(given -> environment.put("CLAVIGER_URL", given.text()));
                },
                status -> holder.events().add(new HolderEvent.CommandEnded(status)));
        int status = new CommandSupervisor(
                        started, wanted.quoted(), validity, grace.duration(), line -> say(err, line), holder.events())
                .await();
        if (status == Statuses.LOST && validity.loss().isPresent()) {
            // Said already. Our word that nothing runs any more lets the next one have it.
            leases.close();
            return status;
        }
        return holder.release(leases, "the command") ? status : Statuses.LOST;
    }

    /** Says whose fault it is: an option's, or that of a server or a machine that is too slow to renew in time. */
    private static int refuseToRun(PrintWriter err, Wanted wanted, OptionValue grace) {
        boolean neverEnough = wanted.options()
                .lease()
                .map(lease -> lease.minusNanos(Validity.marginNanos(lease.toNanos())))
                .filter(validity -> validity.compareTo(grace.duration()) <= 0)
                .isPresent();
        say(
                err,
                neverEnough
                        ? "the lock ends too soon for a grace of " + grace.text() + "; the command was not run"
                        : wanted.quoted() + " could not be renewed in time; the command was not run");
        return neverEnough ? ClavigerCommand.USAGE_ERROR : Statuses.LOST;
    }

    /** Tells the command what it holds, and keeps from it what is not its business. */
    private static void describe(MultiLease leases, Wanted wanted, Map<String, String> environment) {
        Map<String, Lease> byName =
                leases.leases().stream().collect(Collectors.toMap(Lease::name, Function.identity()));
        List<Lease> inOrder = wanted.names().stream().map(byName::get).toList();
        environment.put("CLAVIGER_LOCK", joined(inOrder, Lease::name));
        if (inOrder.stream().allMatch(RunCommand::hasToken)) {
            environment.put(
                    "CLAVIGER_TOKEN",
                    joined(inOrder, lease -> String.valueOf(lease.token().value())));
        } else {
            environment.remove("CLAVIGER_TOKEN");
        }
        environment.put("CLAVIGER_KEY", joined(inOrder, Lease::key));
        environment.remove(PASSWORD_VARIABLE);
    }

    /** In a table it may be that tokens were not wished for. */
    static boolean hasToken(Lease lease) {
        try {
            return lease.token().value() > 0;
        } catch (UnsupportedOperationException none) {
            return false;
        }
    }

    private static String joined(List<Lease> leases, Function<Lease, String> part) {
        return leases.stream().map(part).collect(Collectors.joining(","));
    }

    /** The words behind the first {@code --}. */
    private List<String> command() {
        List<String> all = spec.commandLine().getParseResult().originalArgs();
        int separator = all.indexOf(SEPARATOR);
        if (separator < 0 || separator == all.size() - 1) {
            throw new BadOptionException("no command; give it after the names and '--': claviger run NAME -- COMMAND");
        }
        List<String> command = all.subList(separator + 1, all.size());
        if (command.get(0).isEmpty()) {
            throw new BadOptionException("the command after '--' is empty; give the name of a program");
        }
        for (String word : command) {
            // Java decodes its arguments by the locale; the command would get others than the user wrote.
            if (word.indexOf('\uFFFD') >= 0) {
                throw new BadOptionException("the locale cannot represent the argument '" + OptionValue.printable(word)
                        + "'; set LC_ALL to one that can, such as C.UTF-8");
            }
        }
        return command;
    }

    private List<String> names(List<String> command) {
        int count = words.size() - command.size();
        if (count < 1) {
            throw new BadOptionException("no lock; name it before '--': claviger run NAME -- COMMAND");
        }
        return words.subList(0, count);
    }

    /** A command must get its grace while the lock is held. */
    private static void checkGrace(OptionValue grace, Wanted wanted) {
        wanted.options()
                .lease()
                .filter(lease -> grace.duration().compareTo(lease) >= 0)
                .ifPresent(lease -> {
                    throw grace.bad("is not shorter than the lease of " + Durations.format(lease));
                });
    }
}
