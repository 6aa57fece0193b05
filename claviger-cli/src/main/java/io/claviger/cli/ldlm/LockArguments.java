package io.claviger.cli.ldlm;

import io.claviger.cli.process.OneLine;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The command line of {@code ldlm-lock}. Options may stand anywhere; after {@code --} nothing is an option.
 *
 * @param socket empty if it is not given
 * @param help whether the help text is asked for, and nothing else counts
 * @param name of the lock to unlock; empty to list all
 * @param key of the one holder; empty if none is given
 * @param all whether every holder is to lose the lock
 */
record LockArguments(Optional<String> socket, boolean help, Optional<String> name, Optional<String> key, boolean all) {
    private static final String LIST = "list";
    private static final String UNLOCK = "unlock";
    private static final String ALL = "--all";

    /** @throws LockUsageException if something is wrong, in the original's words */
    static LockArguments parse(String... args) throws LockUsageException {
        return new Parser(args).parse();
    }

    /** Reads one command line. */
    private static final class Parser {
        private final Deque<String> args;
        private @Nullable String socket;
        private @Nullable String command;
        private @Nullable String name;
        private @Nullable String key;
        private boolean all;
        private boolean help;

        Parser(String... args) {
            this.args = new ArrayDeque<>(List.of(args));
        }

        LockArguments parse() throws LockUsageException {
            boolean optionsEnded = false;
            while (!args.isEmpty() && !help) {
                String arg = args.pop();
                if (optionsEnded || !arg.startsWith("-") || arg.equals("-")) {
                    operand(arg);
                } else if (arg.equals("--")) {
                    optionsEnded = true;
                } else {
                    option(arg);
                }
            }
            if (!help) {
                requireComplete();
            }
            // An empty key is as good as none, as in the original.
            Optional<String> given = Optional.ofNullable(key).filter(text -> !text.isEmpty());
            return new LockArguments(Optional.ofNullable(socket), help, Optional.ofNullable(name), given, all);
        }

        private void option(String arg) throws LockUsageException {
            if (arg.equals("-h") || arg.equals("--help")) {
                help = true;
            } else if (arg.equals("-s") || arg.equals("--socket")) {
                if (args.isEmpty()) {
                    throw new LockUsageException("--socket: missing value, expected the name of a file");
                }
                socket = args.pop();
            } else if (arg.startsWith("--socket=")) {
                socket = arg.substring("--socket=".length());
            } else if (arg.startsWith("-s")) {
                socket = arg.substring(arg.startsWith("-s=") ? 3 : 2);
            } else if (arg.equals(ALL) && UNLOCK.equals(command)) {
                all = true;
            } else {
                throw new LockUsageException("unknown flag " + OneLine.of(arg));
            }
        }

        private void operand(String arg) throws LockUsageException {
            if (command == null) {
                if (!arg.equals(LIST) && !arg.equals(UNLOCK)) {
                    throw unexpected(arg);
                }
                command = arg;
            } else if (command.equals(LIST) || key != null) {
                throw unexpected(arg);
            } else if (name == null) {
                name = arg;
            } else {
                key = arg;
            }
        }

        private void requireComplete() throws LockUsageException {
            if (command == null) {
                throw new LockUsageException("expected one of \"unlock\", \"list\"");
            }
            if (command.equals(UNLOCK) && name == null) {
                throw new LockUsageException("expected \"<lock-name>\"");
            }
            if (all && key != null && !key.isEmpty()) {
                throw new LockUsageException("--all does not go with a key, which names one holder");
            }
        }

        private static LockUsageException unexpected(String arg) {
            return new LockUsageException("unexpected argument " + OneLine.of(arg));
        }
    }
}
