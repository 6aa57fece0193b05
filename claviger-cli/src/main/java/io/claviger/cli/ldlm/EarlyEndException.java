package io.claviger.cli.ldlm;

import java.io.PrintStream;

/**
 * {@code ldlm-server} ends before it serves: it was asked for a text only, or it cannot start. Carries what is to be
 * printed, with line ends, and the exit status.
 */
public final class EarlyEndException extends Exception {
    private static final long serialVersionUID = 1;
    private static final int CANNOT_START = 1;
    private static final int USAGE_ERROR = 2;

    private final String out;
    private final String err;
    private final int status;

    private EarlyEndException(String out, String err, int status) {
        super(err, null, false, false);
        this.out = out;
        this.err = err;
        this.status = status;
    }

    /** A text was asked for. */
    static EarlyEndException printing(String out) {
        return new EarlyEndException(out, "", 0);
    }

    /** The command line is wrong: the usage goes to standard output, as in the original. */
    static EarlyEndException badFlag(String problem, String usage) {
        return new EarlyEndException(usage, problem + "\n", USAGE_ERROR);
    }

    /** What is asked for cannot be had. */
    public static EarlyEndException refused(String problem) {
        return new EarlyEndException("", problem + "\n", USAGE_ERROR);
    }

    /** The configuration is wrong, or the server cannot start. */
    public static EarlyEndException failed(String problem) {
        return new EarlyEndException("", problem + "\n", CANNOT_START);
    }

    /** Prints what there is to print, and returns the exit status. */
    public int report(PrintStream standardOut, PrintStream standardErr) {
        standardErr.print(err);
        standardErr.flush();
        standardOut.print(out);
        standardOut.flush();
        return status;
    }
}
