package io.claviger.cli;

import io.claviger.client.RemoteAdmin.Claim;
import io.claviger.client.RemoteAdmin.Lock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The words and numbers in which commands speak of locks. Labels and names are still to be made {@link Printed}. */
final class LockWords {
    private static final String NONE = "-";
    private static final long KIB = 1_024;

    /** What clients say of themselves unless told otherwise. */
    private static final Pattern PROCESS = Pattern.compile("(\\S+) pid (\\d+) (.+)");

    private LockWords() {}

    static boolean isReaderWriter(Lock lock) {
        return lock.capacity() == Lock.READER_WRITER_CAPACITY;
    }

    static String kind(Lock lock) {
        if (isReaderWriter(lock)) {
            return "reader-writer lock";
        }
        return lock.capacity() == 1 ? "lock" : "semaphore of " + lock.capacity();
    }

    /** How much of it is held, as {@code 2/5}, {@code 3 readers} or {@code writer}. */
    static String held(Lock lock) {
        if (!isReaderWriter(lock)) {
            return lock.capacity() - lock.available() + "/" + lock.capacity();
        }
        if (lock.holders().isEmpty()) {
            return "nobody";
        }
        return isWriter(lock.holders().get(0))
                ? "writer"
                : counted(lock.holders().size(), "reader");
    }

    static boolean isWriter(Claim claim) {
        return claim.permits() == Lock.READER_WRITER_CAPACITY;
    }

    /** Who holds it: the oldest, and how many more. */
    static String holder(Lock lock) {
        List<Claim> holders = lock.holders();
        if (holders.isEmpty()) {
            return NONE;
        }
        String mark = holders.stream().anyMatch(Claim::revoked) ? " (taken back)" : "";
        return label(holders.get(0)) + (holders.size() > 1 ? " +" + (holders.size() - 1) + " more" : "") + mark;
    }

    static String label(Claim claim) {
        if (claim.parked()) {
            return "(handed off, not adopted yet)";
        }
        return claim.label().isEmpty() ? "session " + Long.toHexString(claim.session()) : claim.label();
    }

    static String since(Lock lock) {
        return lock.holders().isEmpty() ? NONE : age(lock.holders().get(0).age());
    }

    /** What is left of the lease that ends first. */
    static String leaseLeft(Lock lock) {
        return lock.holders().stream()
                .flatMap(holder -> holder.leaseLeft().stream())
                .min(Duration::compareTo)
                .map(LockWords::age)
                .orElse(NONE);
    }

    /** The greatest token. */
    static String token(Lock lock) {
        List<Claim> holders = lock.holders();
        return holders.isEmpty() ? NONE : token(holders.get(holders.size() - 1));
    }

    static String token(Claim claim) {
        return claim.token().isPresent() ? Long.toString(claim.token().getAsLong()) : NONE;
    }

    /** A length of time in its two largest units, as {@code 42s}, {@code 3m12s}, {@code 2h05m}, {@code 3d04h}. */
    static String age(Duration age) {
        long seconds = Math.max(0, age.toSeconds());
        if (seconds < 60) {
            return seconds + "s";
        }
        if (seconds < 3_600) {
            return String.format(Locale.ROOT, "%dm%02ds", seconds / 60, seconds % 60);
        }
        if (seconds < 86_400) {
            return String.format(Locale.ROOT, "%dh%02dm", seconds / 3_600, seconds / 60 % 60);
        }
        return String.format(Locale.ROOT, "%dd%02dh", seconds / 86_400, seconds / 3_600 % 24);
    }

    /** A number of things, as {@code 1 reader}, {@code 12,000 readers}. */
    static String counted(long number, String thing) {
        return number(number) + " " + thing + (number == 1 ? "" : "s");
    }

    static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    static String mebibytes(long bytes) {
        return number(bytes / KIB / KIB) + " MiB";
    }

    static String quoted(String name) {
        return "'" + Printed.of(name) + "'";
    }

    /** The process that a label names, fit for print. */
    static String process(String label) {
        Matcher matcher = PROCESS.matcher(label);
        if (!matcher.matches()) {
            return label.isEmpty() ? "a client without a name" : quoted(label);
        }
        return "process " + matcher.group(2) + " on host " + Printed.of(matcher.group(1)) + " ("
                + Printed.of(matcher.group(3)) + ")";
    }
}
