package io.claviger.cli;

import io.claviger.ClavigerException;
import io.claviger.client.RemoteAdmin;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What the commands that look at a server have in common: one line and a status if it is not reached. */
@Command(
        mixinStandardHelpOptions = true,
        versionProvider = ClavigerCommand.VersionLine.class,
        sortOptions = false,
        footer = {
            "",
            "Every option can also be given as an environment variable (--connect-timeout is "
                    + "CLAVIGER_CONNECT_TIMEOUT) unless it says otherwise; the command line comes first.",
            "",
            "Exit status: 0 done; 1 nothing was found to act upon; 2 wrong option or variable; 125 no server reached."
        })
abstract class AdminCommand implements Callable<Integer> {
    /** There was nothing to act upon. */
    static final int NOTHING = 1;

    final Surroundings surroundings;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before any call.
    private CommandSpec spec;

    AdminCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** Does the work. @return the exit status */
    abstract int run(OptionSources sources) throws InterruptedException;

    @Override
    public final Integer call() throws InterruptedException {
        OptionSources sources = OptionSources.of(spec.commandLine().getParseResult(), surroundings.environment());
        try {
            int status = run(sources);
            out().flush();
            return status;
        } catch (Table.OutputClosedException e) {
            return 0;
        } catch (ClavigerException e) {
            out().flush();
            complain(Printed.of(String.valueOf(e.getMessage())));
            return Statuses.NO_SERVER;
        }
    }

    final RemoteAdmin open(OptionSources sources) {
        return ClientOpener.openAdmin(Connection.of(sources));
    }

    final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    final PrintWriter err() {
        return spec.commandLine().getErr();
    }

    /** Prints a line on standard error, after the command's name. */
    final void complain(String line) {
        PrintWriter err = err();
        err.println(spec.qualifiedName() + ": " + line);
        err.flush();
    }

    final int columns() {
        return Terminal.columns(surroundings.environment());
    }

    static boolean isJson(OptionSources sources) {
        return isSet(sources, "json");
    }

    static boolean isSet(OptionSources sources, String flag) {
        return sources.get(flag).map(OptionValue::flag).orElse(false);
    }

    /** The one name that a command is about. */
    static String oneName(List<String> names, String command) {
        if (names.size() != 1) {
            throw new BadOptionException((names.isEmpty() ? "no lock" : names.size() + " locks")
                    + "; name one: claviger " + command + " NAME");
        }
        Wanted.checkNames(names);
        return names.get(0);
    }
}
