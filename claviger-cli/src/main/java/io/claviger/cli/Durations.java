package io.claviger.cli;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lengths of time as options and messages write them: a whole number and its unit, {@code 500ms}, {@code 30s}, {@code 5m}. */
final class Durations {
    /** What a length of time looks like, for messages about one that does not. */
    static final String EXAMPLES = "500ms, 30s, 5m or 2h";

    /** The longest: 100 years of 365 days, which is longer than any lease. */
    static final Duration LONGEST = Duration.ofDays(36_500);

    /** As many digits as the longest has in milliseconds. */
    private static final Pattern TEXT = Pattern.compile("([0-9]{1,13})(ms|s|m|h)");

    private Durations() {}

    /** Reads a length of time. Zero may stand without a unit. Empty if the text is none, or one of more than {@link #LONGEST}. */
    static Optional<Duration> parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            return text.equals("0") ? Optional.of(Duration.ZERO) : Optional.empty();
        }
        long number = Long.parseLong(matcher.group(1));
        Duration duration = switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofHours(number);
        };
        return duration.compareTo(LONGEST) <= 0 ? Optional.of(duration) : Optional.empty();
    }

    /** Writes a length of time so that {@link #parse} reads it, in the largest unit that it is a whole number of. */
    static String format(Duration duration) {
        long millis = duration.toMillis();
        if (millis % 1_000 != 0) {
            return millis + "ms";
        }
        long seconds = millis / 1_000;
        if (seconds % 60 != 0 || seconds == 0) {
            return seconds + "s";
        }
        return seconds % 3_600 == 0 ? seconds / 3_600 + "h" : seconds / 60 + "m";
    }
}
