package io.claviger.cli.ldlm;

import io.claviger.cli.process.OneLine;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The command line of {@code ldlm-server}, read as Go's pflag does: {@code --flag value}, {@code --flag=value}, {@code -l
 * value}, {@code -lvalue}, {@code -l=value}, one-letter flags together ({@code -nl :3144}). A flag that is a truth value
 * takes one only by an equals sign. The last of a repeated flag counts.
 */
final class ServerFlags {
    private final Deque<String> args;
    private final Map<ServerOption, String> values = new EnumMap<>(ServerOption.class);

    private ServerFlags(String... args) {
        this.args = new ArrayDeque<>(List.of(args));
    }

    /** @throws IllegalArgumentException if something is wrong; the message says what, in pflag's words */
    static Map<ServerOption, String> parse(String... args) {
        ServerFlags flags = new ServerFlags(args);
        flags.read();
        return flags.values;
    }

    private void read() {
        int count = args.size();
        while (!args.isEmpty()) {
            String arg = args.pop();
            if (arg.equals("--") && args.isEmpty()) {
                return;
            }
            if (arg.startsWith("--") && arg.length() > 2) {
                longFlag(arg);
            } else if (arg.startsWith("-") && arg.length() > 1 && !arg.equals("--")) {
                shorthands(arg);
            } else {
                // Ignored by the original, and with it what somebody meant. Not shown: it may be a part of a password.
                throw new IllegalArgumentException("unexpected argument: number " + (count - args.size())
                        + " belongs to no flag; one that is true or false takes its value as --flag=value");
            }
        }
    }

    private void longFlag(String arg) {
        int equals = arg.indexOf('=');
        String name = arg.substring(2, equals < 0 ? arg.length() : equals);
        if (name.isEmpty() || name.startsWith("-")) {
            throw new IllegalArgumentException("bad flag syntax: " + nameOnly(arg));
        }
        ServerOption option = ServerOption.named(name)
                .orElseThrow(() -> new IllegalArgumentException("unknown flag: " + nameOnly("--" + name)));
        if (equals >= 0) {
            put(option, arg.substring(equals + 1));
        } else if (option.isBool()) {
            put(option, "true");
        } else if (args.isEmpty()) {
            throw new IllegalArgumentException("flag needs an argument: --" + name);
        } else {
            put(option, args.pop());
        }
    }

    private void shorthands(String arg) {
        for (int i = 1; i < arg.length(); i++) {
            char letter = arg.charAt(i);
            // What comes after an unknown letter is not shown: it may be a secret.
            int letterAt = i;
            ServerOption option = ServerOption.ofShorthand(letter)
                    .orElseThrow(() -> new IllegalArgumentException(
                            "unknown shorthand flag: '" + OneLine.of(arg.substring(letterAt, letterAt + 1)) + "' in "
                                    + OneLine.of(arg.substring(0, letterAt + 1))));
            String rest = arg.substring(i + 1);
            if (rest.startsWith("=")) {
                put(option, rest.substring(1));
                return;
            }
            if (option.isBool()) {
                put(option, "true");
                continue;
            }
            if (rest.isEmpty() && args.isEmpty()) {
                throw new IllegalArgumentException("flag needs an argument: '" + letter + "' in " + nameOnly(arg));
            }
            put(option, rest.isEmpty() ? args.pop() : rest);
            return;
        }
    }

    private void put(ServerOption option, String text) {
        try {
            values.put(option, option.checked(text));
        } catch (IllegalArgumentException bad) {
            throw new IllegalArgumentException(
                    "invalid argument " + GoSyntax.quoted(text) + " for " + GoSyntax.quoted(option.shownFlag())
                            + " flag: " + bad.getMessage(),
                    bad);
        }
    }

    /** A wrong argument up to its value, which may be a secret, fit for one line. */
    private static String nameOnly(String arg) {
        int equals = arg.indexOf('=');
        return OneLine.of(equals < 0 ? arg : arg.substring(0, equals));
    }
}
