package io.claviger.cli;

import io.claviger.cli.Terminal.Size;
import io.claviger.client.RemoteAdmin;
import io.claviger.client.RemoteAdmin.Claim;
import io.claviger.client.RemoteAdmin.Lock;
import io.claviger.client.RemoteAdmin.LockPage;
import io.claviger.client.RemoteAdmin.ServerStatus;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What {@code top} knows of a server, and how it looks as plain lines. */
final class TopView {
    /** Lines before the table's first row; the last of them is the table's header. */
    static final int HEADER_LINES = 6;

    /** Names to look at: more would burden the server each second. */
    private static final int MAX_NAMES = 5_000;

    private static final int HISTORY = 24;
    private static final int GAUGE = 24;
    private static final String BARS = "▁▂▃▄▅▆▇█";

    /** The busiest first: where most wait, then what is held longest. */
    private static final Comparator<Lock> BUSIEST = Comparator.comparingInt(Lock::waiting)
            .thenComparing(TopView::longest)
            .reversed()
            .thenComparing(Lock::name);

    private final RemoteAdmin admin;
    private final Deque<Double> commandRates = new ArrayDeque<>();
    private final Deque<Double> grantRates = new ArrayDeque<>();
    private @Nullable ServerStatus status;
    private long lookedNanos;
    private List<Lock> locks = List.of();
    private boolean partial;
    private String trouble = "";

    TopView(RemoteAdmin admin) {
        this.admin = admin;
    }

    /**
     * Asks the server. <b>Blocks</b> until it answers.
     *
     * @throws io.claviger.ClavigerException if it does not
     */
    void look() {
        ServerStatus next = admin.status();
        long now = System.nanoTime();
        ServerStatus last = status;
        // A server that was started anew counts from elsewhere.
        if (last != null && next.uptime().compareTo(last.uptime()) >= 0) {
            double seconds = (now - lookedNanos) / 1e9;
            keep(commandRates, (next.lastIndex() - last.lastIndex()) / seconds);
            keep(grantRates, (next.lastToken() - last.lastToken()) / seconds);
        }
        status = next;
        lookedNanos = now;
        List<Lock> found = new ArrayList<>();
        LockPage page = admin.locks("", "", RemoteAdmin.MAX_PAGE);
        found.addAll(page.locks());
        while (page.more() && found.size() < MAX_NAMES) {
            page = admin.locks("", found.get(found.size() - 1).name(), RemoteAdmin.MAX_PAGE);
            found.addAll(page.locks());
        }
        partial = page.more();
        found.sort(BUSIEST);
        locks = found;
        trouble = "";
    }

    /** The server did not answer: what is shown is old. */
    void away(String problem) {
        trouble = "NO ANSWER, trying again: " + Printed.of(problem);
    }

    boolean isAway() {
        return !trouble.isEmpty();
    }

    /** The lock of a row. */
    Lock lock(int row) {
        return locks.get(row);
    }

    /** As many lines as the size has at most, none wider: the header, a row for each lock, and a last line about them. */
    List<String> lines(Size size) {
        List<String> lines = new ArrayList<>(header(size.columns()));
        int rows = Math.min(locks.size(), Math.max(0, size.rows() - HEADER_LINES - 1));
        Table table = LsCommand.table(size.columns());
        locks.stream().limit(rows).forEach(lock -> table.add(LsCommand.row(lock)));
        lines.addAll(table.lines());
        lines.add(footer(rows));
        return lines.stream()
                .limit(size.rows())
                .map(line -> Printed.cut(line, size.columns()))
                .toList();
    }

    private List<String> header(int columns) {
        ServerStatus now = status;
        if (now == null) {
            return List.of("claviger " + admin.server(), "", "", "", trouble);
        }
        String clock = LocalTime.now(ZoneId.systemDefault())
                .truncatedTo(ChronoUnit.SECONDS)
                .format(DateTimeFormatter.ISO_LOCAL_TIME);
        String title = "claviger " + Printed.of(now.version()) + "  " + admin.server() + "  "
                + Printed.of(now.durability()) + "  up " + LockWords.age(now.uptime());
        String connections = now.fronts().stream()
                .map(front -> Printed.of(front.name()) + " " + LockWords.number(front.connections()))
                .collect(Collectors.joining("   "));
        return List.of(
                Printed.padRight(title, columns - clock.length()) + clock,
                rate("commands/s", commandRates) + count("locks", now.locks()) + count("waiters", now.waiters()),
                rate("grants/s", grantRates) + count("holders", now.holders()) + count("sessions", now.sessions()),
                Printed.padRight("heap", 11) + gauge(now) + "    connections   " + connections,
                trouble);
    }

    private String footer(int rows) {
        String of = partial
                ? "the first " + LockWords.number(locks.size()) + " names"
                : LockWords.counted(locks.size(), "name");
        return locks.isEmpty() ? "no lock is in use" : "the busiest " + rows + " of " + of;
    }

    private static String rate(String title, Deque<Double> rates) {
        String now = rates.isEmpty() ? "-" : LockWords.number(Math.round(rates.getLast()));
        return Printed.padRight(title, 11) + Printed.padLeft(now, 11) + "  " + sparkline(rates) + "    ";
    }

    private static String count(String title, long number) {
        return Printed.padRight(title, 9) + Printed.padLeft(LockWords.number(number), 11) + "    ";
    }

    /** The past as bars, of which the highest is the greatest value in it; the newest is at the right end. */
    private static String sparkline(Deque<Double> rates) {
        double greatest = rates.stream().mapToDouble(Double::doubleValue).max().orElse(0);
        String bars = rates.stream()
                .map(rate -> {
                    int height = greatest <= 0 ? 0 : (int) Math.round(rate / greatest * (BARS.length() - 1));
                    return BARS.substring(height, height + 1);
                })
                .collect(Collectors.joining());
        return Printed.padLeft(bars, HISTORY);
    }

    private static String gauge(ServerStatus now) {
        double share = now.heapMax() <= 0 ? 0 : Math.min(1, (double) now.heapUsed() / now.heapMax());
        int full = (int) Math.round(share * GAUGE);
        String text = LockWords.mebibytes(now.heapUsed());
        return Printed.padLeft(text, 11) + "  " + "█".repeat(full) + "░".repeat(GAUGE - full)
                + String.format(Locale.ROOT, " %3d%%", Math.round(share * 100));
    }

    private static Duration longest(Lock lock) {
        return lock.holders().stream()
                .map(Claim::age)
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }

    private static void keep(Deque<Double> rates, double rate) {
        rates.addLast(Math.max(0, rate));
        if (rates.size() > HISTORY) {
            rates.removeFirst();
        }
    }
}
