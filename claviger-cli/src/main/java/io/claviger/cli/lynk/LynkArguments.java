package io.claviger.cli.lynk;

import io.claviger.cli.process.OneLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the command line as Python's argparse does for the original: a sub-command, perhaps with the name of a table; {@code -h} for help
 * at either place.
 */
final class LynkArguments {
    /** What there is to do. */
    enum Verb {
        CREATE_TABLE("create-table", true),
        DELETE_TABLE("delete-table", true),
        LIST_TABLES("list-tables", false);

        private final String word;
        private final boolean takesName;

        Verb(String word, boolean takesName) {
            this.word = word;
            this.takesName = takesName;
        }

        private String usage() {
            return "usage: lynk " + word + " [-h]" + (takesName ? " table_name" : "") + "\n";
        }

        private String help() {
            return usage() + (takesName ? "\npositional arguments:\n  table_name\n" : "")
                    + "\noptions:\n  -h, --help  show this help message and exit\n";
        }
    }

    private static final String CHOICES = "{create-table,delete-table,list-tables}";
    private static final String USAGE = "usage: lynk [-h] " + CHOICES + " ...\n";
    private static final String HELP = USAGE + "\npositional arguments:\n  " + CHOICES
            + "\n\noptions:\n  -h, --help            show this help message and exit\n";

    private LynkArguments() {}

    /** What a command line means. */
    sealed interface Meaning {}

    /** Something to do. The name is empty for a listing. */
    record Task(Verb verb, String table) implements Meaning {}

    /** Text for standard output, and status 0. */
    record Help(String text) implements Meaning {}

    /** Text for standard error, and status 2. */
    record Wrong(String text) implements Meaning {}

    static Meaning parse(String... args) {
        List<String> unknown = new ArrayList<>();
        for (int i = 0; i < args.length; i++) {
            Optional<Meaning> help = help(args[i], HELP, USAGE, "lynk");
            if (help.isPresent()) {
                return help.get();
            }
            if (isOption(args[i]) && !args[i].equals("--")) {
                unknown.add(args[i]);
                continue;
            }
            for (Verb verb : Verb.values()) {
                if (verb.word.equals(args[i])) {
                    return parse(verb, List.of(args).subList(i + 1, args.length), unknown);
                }
            }
            return wrong(
                    USAGE,
                    "lynk",
                    "argument " + CHOICES + ": invalid choice: '" + OneLine.of(args[i])
                            + "' (choose from 'create-table', 'delete-table', 'list-tables')");
        }
        // The original fails with a stack trace if there is no sub-command at all.
        return unknown.isEmpty()
                ? wrong(USAGE, "lynk", "the following arguments are required: " + CHOICES)
                : unrecognized(unknown);
    }

    private static Meaning parse(Verb verb, List<String> args, List<String> unknown) {
        List<String> operands = new ArrayList<>();
        boolean onlyOperands = false;
        for (String arg : args) {
            if (!onlyOperands && arg.equals("--")) {
                onlyOperands = true;
                continue;
            }
            if (!onlyOperands) {
                Optional<Meaning> help = help(arg, verb.help(), verb.usage(), "lynk " + verb.word);
                if (help.isPresent()) {
                    return help.get();
                }
            }
            boolean fits = verb.takesName && operands.isEmpty();
            if (fits && (onlyOperands || !isOption(arg))) {
                operands.add(arg);
            } else {
                unknown.add(arg);
            }
        }
        if (verb.takesName && operands.isEmpty()) {
            return wrong(verb.usage(), "lynk " + verb.word, "the following arguments are required: table_name");
        }
        return unknown.isEmpty() ? new Task(verb, verb.takesName ? operands.get(0) : "") : unrecognized(unknown);
    }

    private static Meaning unrecognized(List<String> unknown) {
        return wrong(USAGE, "lynk", "unrecognized arguments: " + OneLine.of(String.join(" ", unknown)));
    }

    private static Optional<Meaning> help(String arg, String text, String usage, String program) {
        int equals = arg.indexOf('=');
        String name = equals < 0 ? arg : arg.substring(0, equals);
        boolean isLong = name.length() > 2 && "--help".startsWith(name);
        if (!isLong && !arg.startsWith("-h")) {
            return Optional.empty();
        }
        String attached = isLong ? (equals < 0 ? "" : arg.substring(equals + 1)) : arg.substring(2);
        if ((isLong && equals < 0) || arg.equals("-h")) {
            return Optional.of(new Help(text));
        }
        String shown = !isLong && attached.startsWith("=") ? attached.substring(1) : attached;
        return Optional.of(
                wrong(usage, program, "argument -h/--help: ignored explicit argument '" + OneLine.of(shown) + "'"));
    }

    private static boolean isOption(String arg) {
        return arg.length() > 1 && arg.charAt(0) == '-' && !arg.matches("-\\d+|-\\d*\\.\\d+") && arg.indexOf(' ') < 0;
    }

    private static Meaning wrong(String usage, String program, String problem) {
        return new Wrong(usage + program + ": error: " + problem + "\n");
    }
}
