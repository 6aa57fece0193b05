package io.claviger.cli;

import io.claviger.ClavigerException;
import io.claviger.KeyValueStore;
import io.claviger.LockClient;
import io.claviger.RejectedException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What the commands of the key-value store have in common: its opening, and what goes wrong with it. */
@Command(
        mixinStandardHelpOptions = true,
        versionProvider = ClavigerCommand.VersionLine.class,
        sortOptions = false,
        footer = {
            "",
            "Every option can also be given as an environment variable (--connect-timeout is "
                    + "CLAVIGER_CONNECT_TIMEOUT) unless it says otherwise; the command line comes first.",
            "",
            "Exit status: 0 done; 1 there is no such record, or it has another version; 2 wrong option, argument or variable; "
                    + "123 the lock of --if-holding is not held, or the server refused; 125 no server reached, or no answer came."
        })
abstract class StoreCommand implements Callable<Integer> {
    /** There is no such record, or it has another version. */
    static final int NOTHING = 1;

    final Surroundings surroundings;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before any call.
    private CommandSpec spec;

    StoreCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** What there is to do, once everything that was said is known to be right. */
    interface Work {
        /** Does it. @return the exit status */
        int in(KeyValueStore store);
    }

    /**
     * Reads what was said.
     *
     * @throws BadOptionException if something of it is wrong
     */
    abstract Work work(OptionSources sources);

    @Override
    public final Integer call() {
        OptionSources sources = OptionSources.of(spec.commandLine().getParseResult(), surroundings.environment());
        Connection connection = Connection.of(sources);
        Work work = work(sources);
        try (LockClient client = surroundings.opener().open(connection)) {
            int status = in(client, connection, work);
            out().flush();
            return status;
        } catch (ClavigerException e) {
            complain(e);
            return Statuses.NO_SERVER;
        }
    }

    private int in(LockClient client, Connection connection, Work work) {
        try {
            return work.in(store(client, connection));
        } catch (Table.OutputClosedException e) {
            return 0;
        } catch (RejectedException e) {
            complain(e);
            return Statuses.NOT_GRANTED;
        } catch (UnsupportedOperationException e) {
            throw connection.url().bad("cannot do that: " + Printed.of(String.valueOf(e.getMessage())));
        } catch (IllegalArgumentException e) {
            throw new BadOptionException(Printed.of(String.valueOf(e.getMessage())));
        }
    }

    private static KeyValueStore store(LockClient client, Connection connection) {
        try {
            return client.keyValues();
        } catch (UnsupportedOperationException e) {
            OptionValue url = connection.url();
            throw url.bad(
                    connection.isTable()
                            ? "has no key-value store: of the tables only those of the layout dynalock have one (layout=dynalock)"
                            : "has no key-value store");
        }
    }

    private void complain(ClavigerException failure) {
        out().flush();
        complain(Printed.of(String.valueOf(failure.getMessage())));
    }

    final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /** Prints a line on standard error, after the command's name. */
    final void complain(String line) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(spec.qualifiedName() + ": " + line);
        err.flush();
    }

    /** Says that there is no record. @return the status for it */
    final int absent(String key) {
        complain("there is no record " + LockWords.quoted(key));
        return NOTHING;
    }

    /** Says that nothing was done since the version differs, and what would be right. @return the status for it */
    final int mismatch(KeyValueStore store, String key, long expected) {
        complain(
                versionNow(store, key) + ", not " + expected
                        + "; nothing was done. See what stands there ('claviger kv get --json'), and try again with its version");
        return NOTHING;
    }

    private static String versionNow(KeyValueStore store, String key) {
        String record = "the record " + LockWords.quoted(key);
        try {
            return store.get(key)
                    .map(entry -> record + " has version " + entry.version())
                    .orElse("there is no record " + LockWords.quoted(key) + ", which counts as version 0");
        } catch (ClavigerException e) {
            // That nothing was done is known nevertheless, and must be what is said.
            return record + " has another version";
        }
    }
}
