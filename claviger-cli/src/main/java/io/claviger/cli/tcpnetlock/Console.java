package io.claviger.cli.tcpnetlock;

import java.io.PrintStream;

/**
 * Standard error as the original tools use it: log lines {@code LEVEL:logger:message}, by default from WARNING on, and
 * plain lines for the user.
 */
final class Console {
    private enum Level {
        DEBUG,
        INFO,
        WARNING
    }

    private final PrintStream err;
    private final String logger;
    private final Level threshold;

    private Console(PrintStream err, String logger, Level threshold) {
        this.err = err;
        this.logger = logger;
        this.threshold = threshold;
    }

    /** Reads {@code --debug} and {@code --info}; the former wins. */
    static Console of(PrintStream err, String logger, ArgParser args) {
        Level threshold = args.has("--debug") ? Level.DEBUG : args.has("--info") ? Level.INFO : Level.WARNING;
        return new Console(err, logger, threshold);
    }

    void debug(String message) {
        log(Level.DEBUG, message);
    }

    void info(String message) {
        log(Level.INFO, message);
    }

    /** An error in the form of a log line, which no level suppresses. */
    void logError(String message) {
        line("ERROR:" + logger + ":" + message);
    }

    /** A line of its own, which no level suppresses. */
    void line(String text) {
        err.println(text);
        err.flush();
    }

    private void log(Level level, String message) {
        if (level.compareTo(threshold) >= 0) {
            line(level + ":" + logger + ":" + message);
        }
    }
}
