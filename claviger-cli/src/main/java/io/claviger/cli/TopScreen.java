package io.claviger.cli;

import io.claviger.cli.Terminal.Size;
import io.claviger.cli.TopCommand.Wake;
import io.claviger.cli.process.Signals;
import io.claviger.client.RemoteAdmin.Claim;
import io.claviger.client.RemoteAdmin.Lock;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * The terminal while {@code top} has it: the alternate screen without a cursor, keys that act at once. However the program
 * ends, the terminal is as it was before.
 */
final class TopScreen implements AutoCloseable {
    private static final String TTY = "/dev/tty";
    private static final String KEYS = "q quits   ";
    private static final String ESC = "\u001b[";

    /** Alternate screen, no cursor, no wrapping: what is wider than we thought must not push lines down. */
    private static final String ENTER = ESC + "?1049h" + ESC + "?25l" + ESC + "?7l";

    private static final String LEAVE = ESC + "?7h" + ESC + "?25h" + ESC + "?1049l";

    /** Terminals that know it show the frame only when it is complete. */
    private static final String BEGIN_FRAME = ESC + "?2026h" + ESC + "H";

    private static final String END_FRAME = ESC + "?2026l";
    /** Both are sent before a line, since behind a full one they would take its last character. */
    private static final String CLEAR_LINE = ESC + "K";

    private static final String CLEAR_REST = ESC + "J";
    private static final String PLAIN = ESC + "0m";
    private static final String BOLD = ESC + "1m";
    private static final String DIM = ESC + "2m";
    private static final String REVERSE = ESC + "7m";
    private static final String RED = ESC + "31m";
    private static final String YELLOW = ESC + "33m";
    private static final String CYAN = ESC + "36m";

    private final PrintWriter out;
    private final boolean coloured;
    private final Optional<String> before = Terminal.raw();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Thread hook = new Thread(this::leave, "restore-terminal");

    TopScreen(PrintWriter out, boolean coloured, Consumer<Wake> wakes) {
        this.out = out;
        this.coloured = coloured;
        Runtime.getRuntime().addShutdownHook(hook);
        out.print(ENTER);
        out.flush();
        Signals.onResize(() -> wakes.accept(Wake.LOOK));
        Thread keys = new Thread(() -> read(wakes), "keys");
        keys.setDaemon(true);
        keys.start();
    }

    /** Shows a view by one write, over the one before it. */
    void show(TopView view, Size size) {
        List<String> lines = withKeys(view.lines(size), size);
        StringBuilder frame = new StringBuilder(BEGIN_FRAME);
        for (int i = 0; i < lines.size(); i++) {
            frame.append(i == 0 ? "" : "\r\n")
                    .append(i == lines.size() - 1 ? CLEAR_REST : CLEAR_LINE)
                    .append(styled(view, i, lines, size));
        }
        out.print(frame.append(END_FRAME));
        out.flush();
    }

    /** Says how to leave, in front of the last line: only here keys are read. */
    private static List<String> withKeys(List<String> lines, Size size) {
        if (lines.size() <= TopView.HEADER_LINES) {
            return lines;
        }
        List<String> all = new ArrayList<>(lines);
        int last = all.size() - 1;
        all.set(last, Printed.cut(KEYS + all.get(last), size.columns()));
        return all;
    }

    @Override
    public void close() {
        leave();
    }

    private void leave() {
        if (closed.compareAndSet(false, true)) {
            out.print(LEAVE);
            out.flush();
            before.ifPresent(Terminal::restore);
        }
    }

    private String styled(TopView view, int at, List<String> lines, Size size) {
        String line = lines.get(at);
        if (!coloured) {
            return line;
        }
        int table = TopView.HEADER_LINES - 1;
        if (at == 0) {
            return BOLD + line + PLAIN;
        }
        if (at == table - 1) {
            return RED + line + PLAIN;
        }
        if (at < table) {
            return CYAN + line + PLAIN;
        }
        if (at == table) {
            return REVERSE + Printed.padRight(line, size.columns()) + PLAIN;
        }
        if (at == lines.size() - 1 || view.isAway()) {
            return DIM + line + PLAIN;
        }
        return row(view.lock(at - table - 1)) + line + PLAIN;
    }

    private static String row(Lock lock) {
        if (lock.holders().stream().anyMatch(Claim::revoked)) {
            return RED;
        }
        return lock.waiting() > 0 ? YELLOW : "";
    }

    private static void read(Consumer<Wake> wakes) {
        try (InputStream keys = new FileInputStream(TTY)) {
            for (int key = keys.read(); key >= 0; key = keys.read()) {
                wakes.accept(key == 'q' || key == 'Q' ? Wake.QUIT : Wake.LOOK);
            }
        } catch (IOException e) {
            // Without keys there is still Ctrl-C.
        }
    }
}
