package io.claviger.cli;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What there is to know of the terminal that this process writes to, asked of {@code stty}, since Java does not tell. */
final class Terminal {
    private static final File TTY = new File("/dev/tty");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,4}) (\\d{1,4})");
    private static final int LIMIT_SECONDS = 2;
    private static final int DEFAULT_COLUMNS = 80;
    private static final int DEFAULT_ROWS = 24;

    /** Rows and columns. */
    record Size(int rows, int columns) {}

    private Terminal() {}

    /**
     * The size of the terminal that standard output is; empty if it is none. {@code COLUMNS} and {@code LINES} win, as
     * everywhere.
     */
    static Optional<Size> size(Map<String, String> environment) {
        // Standard output is passed on as it is, so the answer comes by the other stream.
        Optional<String> answer = answer(new ProcessBuilder("/bin/sh", "-c", "test -t 1 && { stty size <&1 >&2; :; }")
                .redirectOutput(ProcessBuilder.Redirect.INHERIT));
        return answer.map(text -> {
            Matcher told = SIZE.matcher(text.strip());
            boolean known = told.matches();
            return new Size(
                    number(environment.get("LINES"), known ? told.group(1) : "", DEFAULT_ROWS),
                    number(environment.get("COLUMNS"), known ? told.group(2) : "", DEFAULT_COLUMNS));
        });
    }

    /** The columns to print in: the terminal's, or without limit if it is none. */
    static int columns(Map<String, String> environment) {
        return size(environment).map(Size::columns).orElse(Table.UNLIMITED);
    }

    /** Whether somebody sits at standard input who can be asked. */
    static boolean isInput() {
        return answer(new ProcessBuilder("/bin/sh", "-c", "test -t 0").redirectInput(ProcessBuilder.Redirect.INHERIT))
                .isPresent();
    }

    /** Has the terminal pass each key on at once and show none. Returns how it was, for {@link #restore}; empty = not done. */
    static Optional<String> raw() {
        Optional<String> before = stty("-g").map(String::strip);
        // Ctrl-Z would leave the terminal as it is now, and Java cannot see it coming.
        return before.flatMap(state -> stty("-icanon", "-echo", "min", "1", "susp", "undef"))
                .flatMap(done -> before);
    }

    static void restore(String state) {
        stty(state);
    }

    private static Optional<String> stty(String... arguments) {
        List<String> command = new java.util.ArrayList<>(List.of("stty"));
        command.addAll(List.of(arguments));
        return answer(new ProcessBuilder(command).redirectInput(TTY).redirectErrorStream(true));
    }

    /** What it prints, on the one stream that is not redirected; empty if it fails. */
    private static Optional<String> answer(ProcessBuilder builder) {
        try {
            Process process = builder.start();
            boolean merged = builder.redirectErrorStream();
            String text = new String(
                    (merged ? process.getInputStream() : process.getErrorStream()).readAllBytes(),
                    StandardCharsets.UTF_8);
            boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
            return ended && process.exitValue() == 0 ? Optional.of(text) : Optional.empty();
        } catch (IOException none) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private static int number(@org.jspecify.annotations.Nullable String first, String second, int otherwise) {
        for (String text : new String[] {first == null ? "" : first, second}) {
            if (text.matches("[1-9][0-9]{0,3}")) {
                return Integer.parseInt(text);
            }
        }
        return otherwise;
    }
}
