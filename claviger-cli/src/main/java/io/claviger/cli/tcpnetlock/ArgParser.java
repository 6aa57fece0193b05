package io.claviger.cli.tcpnetlock;

import io.claviger.cli.process.OneLine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads a command line as Python's argparse does, whose rules scripts rely on: {@code --opt value}, {@code --opt=value},
 * unambiguous abbreviations, {@code --}, {@code -h}. Options may stand after the operands, but the operands must stand
 * together. The last of a repeated option counts.
 *
 * <p>Not thread-safe; one object reads one command line.
 */
final class ArgParser {
    /** What argparse takes for a negative number and hence for an operand. */
    private static final Pattern NEGATIVE_NUMBER = Pattern.compile("-\\d+|-\\d*\\.\\d+");

    private static final String HELP = "--help";

    private final String program;
    private final String usage;
    private final String help;
    private final int maxOperands;

    /** Option name to whether it takes a value, in the order of the help text. */
    private final Map<String, Boolean> known = new LinkedHashMap<>();

    private final Set<String> flags = new HashSet<>();
    private final Map<String, String> values = new HashMap<>();
    private final List<String> operands = new ArrayList<>();
    private final List<String> unrecognized = new ArrayList<>();
    private boolean operandsClosed;

    /**
     * @param usage the usage lines, ending in a line end
     * @param help what follows the usage lines in the help text
     */
    ArgParser(String program, String usage, String help, int maxOperands) {
        this.program = program;
        this.usage = usage;
        this.help = help;
        this.maxOperands = maxOperands;
        known.put(HELP, false);
    }

    /** Declares options without a value, after those declared before, as in the help text. */
    ArgParser flags(String... names) {
        for (String name : names) {
            known.put(name, false);
        }
        return this;
    }

    /** Declares options with a value, after those declared before, as in the help text. */
    ArgParser values(String... names) {
        for (String name : names) {
            known.put(name, true);
        }
        return this;
    }

    /** @throws UsageException if the help text is asked for or an option is wrong */
    ArgParser parse(String... args) {
        int i = 0;
        while (i < args.length) {
            String arg = args[i++];
            if (arg.equals("--")) {
                List.of(args).subList(i, args.length).forEach(this::operand);
                return this;
            }
            if (!looksLikeOption(arg)) {
                operand(arg);
                continue;
            }
            operandsClosed = !operands.isEmpty();
            Optional<String> name = resolve(arg);
            if (name.isEmpty()) {
                unrecognized.add(arg);
            } else if (known.getOrDefault(name.get(), false)) {
                i = value(name.get(), args, i);
            } else {
                flag(name.get(), arg);
            }
        }
        return this;
    }

    /**
     * The operands, after the check that there is at least one and no more than were declared.
     *
     * @param what the name of the operand in the error text
     */
    List<String> operands(String what) {
        if (operands.isEmpty()) {
            throw error("the following arguments are required: " + what);
        }
        requireRecognized();
        return List.copyOf(operands);
    }

    void requireRecognized() {
        if (!unrecognized.isEmpty()) {
            throw error("unrecognized arguments: " + String.join(" ", unrecognized));
        }
    }

    boolean has(String flag) {
        return flags.contains(flag);
    }

    Optional<String> value(String option) {
        return Optional.ofNullable(values.get(option));
    }

    /** The whole number given for an option, or in {@code fallback} if the option is absent. */
    long number(String option, String fallback, long min) {
        String text = values.getOrDefault(option, fallback);
        long number;
        try {
            number = Long.parseLong(text.strip());
        } catch (NumberFormatException e) {
            throw error("argument " + option + ": invalid int value: '" + OneLine.of(text) + "'");
        }
        if (number < min) {
            throw error("argument " + option + ": " + number + " is an invalid positive int value");
        }
        return number;
    }

    int port(String fallback) {
        long port = number("--port", fallback, 0);
        if (port > Endpoint.MAX_PORT) {
            throw error("argument --port: port must be 0-65535.");
        }
        return (int) port;
    }

    /** An error with the usage lines before it, as argparse prints it. */
    UsageException error(String message) {
        return UsageException.error(usage + program + ": error: " + message);
    }

    private void operand(String arg) {
        // argparse takes the first run of operands that stand together; what comes later has no place.
        if (operandsClosed || operands.size() >= maxOperands) {
            unrecognized.add(arg);
        } else {
            operands.add(arg);
        }
    }

    private int value(String name, String[] args, int next) {
        String arg = args[next - 1];
        int equals = arg.indexOf('=');
        if (equals >= 0) {
            values.put(name, arg.substring(equals + 1));
            return next;
        }
        if (next >= args.length || args[next].equals("--") || looksLikeOption(args[next])) {
            throw error("argument " + name + ": expected one argument");
        }
        values.put(name, args[next]);
        return next + 1;
    }

    private void flag(String name, String arg) {
        int equals = arg.indexOf('=');
        if (equals >= 0) {
            String shown = name.equals(HELP) ? "-h/--help" : name;
            throw error("argument " + shown + ": ignored explicit argument '" + arg.substring(equals + 1) + "'");
        }
        if (name.equals(HELP)) {
            throw UsageException.help((usage + help).stripTrailing());
        }
        flags.add(name);
    }

    private boolean looksLikeOption(String arg) {
        if (arg.length() < 2 || arg.charAt(0) != '-') {
            return false;
        }
        if (resolve(arg).isPresent()) {
            return true;
        }
        return !NEGATIVE_NUMBER.matcher(arg).matches() && arg.indexOf(' ') < 0;
    }

    /** The declared option that an argument names, in full or by an unambiguous beginning. */
    private Optional<String> resolve(String arg) {
        if (arg.equals("-h")) {
            return Optional.of(HELP);
        }
        int equals = arg.indexOf('=');
        String name = equals < 0 ? arg : arg.substring(0, equals);
        if (!name.startsWith("--") || name.length() < 3) {
            return Optional.empty();
        }
        if (known.containsKey(name)) {
            return Optional.of(name);
        }
        List<String> matches =
                known.keySet().stream().filter(o -> o.startsWith(name)).toList();
        if (matches.size() > 1) {
            throw error("ambiguous option: " + arg + " could match " + String.join(", ", matches));
        }
        return matches.stream().findFirst();
    }
}
