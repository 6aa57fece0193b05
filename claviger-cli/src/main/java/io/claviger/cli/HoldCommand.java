package io.claviger.cli;

import io.claviger.Lease;
import io.claviger.MultiLease;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code claviger hold}: takes a lock and keeps it until a signal. The fields declare the options, see
 * {@link ServeCommand}.
 */
@Command(
        name = "hold",
        customSynopsis = "claviger hold [OPTION]... NAME",
        description = {
            "Take a lock, print 'held NAME token T', and keep it until INT, TERM or HUP; then release it and exit with 0.",
            ""
        },
        footer = {
            "",
            "Durations are such as 500ms, 30s, 5m, 2h. Every option can also be given as an environment variable "
                    + "(--no-wait is CLAVIGER_NO_WAIT); the command line comes first.",
            "",
            "Exit status: 0 released; 128+n signal n while waiting; 2 wrong option or variable; 122 lock lost; "
                    + "123 not granted; 125 no server reached."
        },
        mixinStandardHelpOptions = true,
        versionProvider = ClavigerCommand.VersionLine.class,
        sortOptions = false)
@SuppressWarnings({"UnusedVariable", "unused"}) // picocli and OptionSources read the declarations, nobody the fields.
final class HoldCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before any call.
    private CommandSpec spec;

    @Mixin
    private final LockingOptions locking = new LockingOptions();

    @Option(
            names = "--until-eof",
            arity = OptionValue.FLAG_ARITY,
            preprocessor = AttachedFlag.class,
            fallbackValue = "true",
            paramLabel = OptionValue.TRUE_OR_FALSE,
            description = "Release as well when standard input ends. Without this it is not read.")
    private @Nullable String untilEof;

    @Mixin
    private final ConnectionOptions connection = new ConnectionOptions();

    @Parameters(arity = "0..*", paramLabel = "NAME", description = "The lock's name.")
    private List<String> names = List.of();

    HoldCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws InterruptedException {
        OptionSources sources = OptionSources.of(spec.commandLine().getParseResult(), surroundings.environment());
        if (names.size() != 1) {
            throw new BadOptionException(
                    (names.isEmpty() ? "no lock" : names.size() + " locks") + "; name one: claviger hold NAME");
        }
        Wanted wanted = Wanted.of(names, sources);
        Connection connection = Connection.of(sources);
        boolean untilEof = sources.get("until-eof").map(OptionValue::flag).orElse(false);
        PrintWriter err = spec.commandLine().getErr();
        try (Holder holder = new Holder(wanted, line -> say(err, line))) {
            MultiLease leases = holder.acquire(connection, surroundings);
            Lease lease = leases.leases().get(0);
            PrintWriter out = spec.commandLine().getOut();
            out.println("held " + OptionValue.printable(lease.name())
                    + (RunCommand.hasToken(lease) ? " token " + lease.token().value() : ""));
            out.flush();
            if (untilEof) {
                tellOfEndOfInput(holder);
            }
            return hold(leases, holder, err);
        } catch (EndedException e) {
            return e.status();
        }
    }

    private static void say(PrintWriter err, String line) {
        err.println("claviger hold: " + line);
        err.flush();
    }

    private static int hold(MultiLease leases, Holder holder, PrintWriter err) throws InterruptedException {
        HolderEvent event = holder.events().take();
        if (event instanceof HolderEvent.Lost loss) {
            say(err, Holder.lost(loss.name(), loss.reason()));
            // Our word that we have stopped lets the next one have it.
            leases.close();
            return Statuses.LOST;
        }
        return holder.release(leases, "the hold") ? 0 : Statuses.LOST;
    }

    private static void tellOfEndOfInput(Holder holder) {
        Thread reader = new Thread(
                () -> {
                    try {
                        System.in.transferTo(OutputStream.nullOutputStream());
                    } catch (IOException e) {
                        // An input that cannot be read has ended.
                    }
                    holder.events().add(new HolderEvent.InputEnded());
                },
                "input");
        reader.setDaemon(true);
        reader.start();
    }
}
