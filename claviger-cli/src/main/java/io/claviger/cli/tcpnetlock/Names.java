package io.claviger.cli.tcpnetlock;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Lock names and client ids. The patterns must match the whole text: the original's {@code $} let a trailing line end
 * pass, after which every answer belonged to the request before.
 */
final class Names {
    private static final Pattern LOCK_NAME = Pattern.compile("[a-zA-Z0-9_-]+");
    private static final Pattern CLIENT_ID = Pattern.compile("[a-zA-Z0-9.@_-]+");
    private static final Pattern SEPARATOR = Pattern.compile("[ ./]");
    private static final Pattern OUTER_UNDERSCORES = Pattern.compile("\\A_+|_+\\z");
    private static final Pattern NOT_IN_LOCK_NAME = Pattern.compile("[^a-zA-Z0-9_-]");

    private Names() {}

    static boolean isLockName(String text) {
        return LOCK_NAME.matcher(text).matches();
    }

    static boolean isClientId(String text) {
        return CLIENT_ID.matcher(text).matches();
    }

    /** The lock name that stands for a command; empty if the command has no character that a name may have. */
    static String fromCommand(List<String> command) {
        String joined = SEPARATOR.matcher(String.join(" ", command)).replaceAll("_");
        String stripped = OUTER_UNDERSCORES.matcher(joined).replaceAll("");
        return NOT_IN_LOCK_NAME.matcher(stripped).replaceAll("");
    }
}
