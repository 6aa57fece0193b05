package io.claviger.cli.tcpnetlock;

import java.io.PrintStream;

/**
 * A command line that gives no options to run with: either it is wrong, or it asks for the help text. The message is
 * what the user reads, without a line end.
 */
public final class UsageException extends RuntimeException {
    private static final int USAGE_ERROR = 2;

    private final boolean help;

    private UsageException(String text, boolean help) {
        super(text, null, false, false);
        this.help = help;
    }

    /** The user asked for help: the text belongs to standard output, and the status is 0. */
    static UsageException help(String text) {
        return new UsageException(text, true);
    }

    /** The command line is wrong: the text belongs to standard error, and the status is 2. */
    static UsageException error(String text) {
        return new UsageException(text, false);
    }

    /**
     * Prints the text where it belongs.
     *
     * @return the exit status: 0 after help, 2 after an error
     */
    public int report(PrintStream out, PrintStream err) {
        PrintStream stream = help ? out : err;
        stream.println(getMessage());
        stream.flush();
        return help ? 0 : USAGE_ERROR;
    }
}
