package io.claviger.dynamodb;

import io.claviger.LockOptions;
import io.claviger.LockOptions.Renewal;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The text by which lynk hands a lock over, to the letter, its spelling of {@value #TECHNIQUE} included. It says name and version;
 * table, lease and token are not in it. A lock that only its holder renews has one key more, which lynk does not read.
 */
final class LynkText {
    static final String LOCK = "Lock.1";
    static final String TECHNIQUE = "VersionLeaseTechinque.1";

    private static final String EXTRA = "claviger";
    private static final int MAX_LENGTH = 1 << 20;

    private LynkText() {}

    static String write(String name, String version, LockOptions options) {
        String technique = "{\"__version\": " + Json.quoted(TECHNIQUE) + ", \"versions\": {" + Json.quoted(name) + ": "
                + Json.quoted(version) + "}}";
        return "{\"__version\": " + Json.quoted(LOCK) + ", \"name\": " + Json.quoted(name) + ", \"technique\": "
                + Json.quoted(technique) + extra(options) + "}";
    }

    private static String extra(LockOptions options) {
        if (options.renewal() == Renewal.AUTOMATIC) {
            return "";
        }
        String lease = options.lease()
                .map(length ->
                        ", \"lease\": " + Seconds.ofNanos(length.toNanos()).toPlainString())
                .orElse("");
        return ", " + Json.quoted(EXTRA) + ": {\"renewal\": \"manual\"" + lease + "}";
    }

    /**
     * Reads such a text, of ours or of lynk's, in any form that is the same JSON.
     *
     * @throws IllegalArgumentException if it is none, saying what is wrong
     */
    static Layout.HandOff read(String text) {
        if (text.length() > MAX_LENGTH) {
            throw none("it has more than " + MAX_LENGTH + " characters");
        }
        Map<?, ?> lock = object(text, "it is no JSON object");
        requireVersion(lock, LOCK);
        if (!(lock.get("name") instanceof String name) || !(lock.get("technique") instanceof String inner)) {
            throw none("it needs both 'name' and 'technique', as strings");
        }
        Map<?, ?> technique = object(inner, "its 'technique' is no JSON object written as a string");
        requireVersion(technique, TECHNIQUE);
        if (!(technique.get("versions") instanceof Map<?, ?> versions)
                || !(versions.get(name) instanceof String version)) {
            throw none("it has no version of the lock '" + name + "'");
        }
        if (!isVersion(version)) {
            throw none("the version of '" + name + "' is no UUID");
        }
        return new Layout.HandOff(name, version, options(lock.get(EXTRA)));
    }

    private static LockOptions options(@Nullable Object extra) {
        if (!(extra instanceof Map<?, ?> ours) || !"manual".equals(ours.get("renewal"))) {
            return LockOptions.DEFAULT;
        }
        Optional<Duration> lease = Optional.ofNullable(ours.get("lease"))
                .filter(BigDecimal.class::isInstance)
                .map(seconds -> Duration.ofNanos(Seconds.toNanos((BigDecimal) seconds)));
        lease.ifPresent(DynamoConfig::checkLease);
        return new LockOptions(lease, Renewal.MANUAL, Optional.empty());
    }

    private static boolean isVersion(String version) {
        try {
            return UUID.fromString(version).toString().equalsIgnoreCase(version);
        } catch (IllegalArgumentException other) {
            return false;
        }
    }

    private static void requireVersion(Map<?, ?> object, String wanted) {
        Object found = object.get("__version");
        if (!wanted.equals(found)) {
            throw none(
                    found == null
                            ? "its '__version' is missing; " + wanted + " is known"
                            : "its '__version' is " + found + ", but " + wanted + " is known");
        }
    }

    private static Map<?, ?> object(String text, String otherwise) {
        try {
            if (Json.parse(text) instanceof Map<?, ?> object) {
                return object;
            }
        } catch (IllegalArgumentException malformed) {
            throw none(otherwise + ": " + malformed.getMessage());
        }
        throw none(otherwise);
    }

    private static IllegalArgumentException none(String why) {
        return new IllegalArgumentException("this is no text of a handed-off lease in the layout lynk: " + why);
    }
}
