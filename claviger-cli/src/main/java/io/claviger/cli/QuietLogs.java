package io.claviger.cli;

import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.JdkLoggerFactory;
import java.util.logging.LogManager;

/** A user's terminal is for what we say. What goes wrong in the libraries below reaches us as exceptions. */
final class QuietLogs {
    /** Read by slf4j when the first logger is asked for. Else it would load the server's logging, which costs time. */
    private static final String PROVIDER = "slf4j.provider";

    private static final String NONE = "org.slf4j.helpers.NOP_FallbackServiceProvider";

    /** Read by slf4j as well, which would tell of what it loads. */
    private static final String VERBOSITY = "slf4j.internal.verbosity";

    private QuietLogs() {}

    /** To be called before any library is used that logs; in a process that has logged already it changes less. */
    static void install() {
        LogManager.getLogManager().reset();
        // In a process of the launcher's only: within another program, others may want to log.
        if (System.getProperty(Main.NAME_PROPERTY) != null) {
            System.setProperty(VERBOSITY, "ERROR");
            System.setProperty(PROVIDER, NONE);
        }
        // Else Netty would ask slf4j.
        InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
    }
}
