package io.claviger.dynamodb;

import io.claviger.LockOptions;
import io.claviger.LockOptions.Renewal;
import io.claviger.json.Json;
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

    /** The most digits of a lease in seconds that can be one. */
    private static final int MAX_DIGITS = 30;

    private LynkText() {}

    static String write(String name, String version, LockOptions options) {
        String technique = "{\"__version\": " + quoted(TECHNIQUE) + ", \"versions\": {" + quoted(name) + ": "
                + quoted(version) + "}}";
        return "{\"__version\": " + quoted(LOCK) + ", \"name\": " + quoted(name) + ", \"technique\": "
                + quoted(technique) + extra(options) + "}";
    }

    private static String extra(LockOptions options) {
        if (options.renewal() == Renewal.AUTOMATIC) {
            return "";
        }
        String lease = options.lease()
                .map(length ->
                        ", \"lease\": " + Seconds.ofNanos(length.toNanos()).toPlainString())
                .orElse("");
        return ", " + quoted(EXTRA) + ": {\"renewal\": \"manual\"" + lease + "}";
    }

    /** In ASCII, as Python writes it. */
    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int escape = "\"\\\b\f\n\r\t".indexOf(c);
            if (escape >= 0) {
                quoted.append('\\').append("\"\\bfnrt".charAt(escape));
            } else if (c < ' ' || c > '~') {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    /**
     * Reads such a text, of ours or of lynk's, in any form that is the same JSON.
     *
     * @throws IllegalArgumentException if it is none, saying what is wrong
     */
    static Layout.HandOff read(String text) {
        Map<String, Json> lock = object(text, "it is no JSON object");
        requireVersion(lock, LOCK);
        if (!(lock.get("name") instanceof Json.Text name) || !(lock.get("technique") instanceof Json.Text inner)) {
            throw none("it needs both 'name' and 'technique', as strings");
        }
        Map<String, Json> technique = object(inner.content(), "its 'technique' is no JSON object written as a string");
        requireVersion(technique, TECHNIQUE);
        if (!(technique.get("versions") instanceof Json.Members versions)
                || !(versions.byName().get(name.content()) instanceof Json.Text version)) {
            throw none("it has no version of the lock '" + name.content() + "'");
        }
        if (!isVersion(version.content())) {
            throw none("the version of '" + name.content() + "' is no UUID");
        }
        return new Layout.HandOff(name.content(), version.content(), options(lock.get(EXTRA)));
    }

    private static LockOptions options(@Nullable Json extra) {
        if (!(extra instanceof Json.Members ours)
                || !new Json.Text("manual").equals(ours.byName().get("renewal"))) {
            return LockOptions.DEFAULT;
        }
        Optional<Duration> lease = Optional.empty();
        if (ours.byName().get("lease") instanceof Json.Numeral seconds
                && seconds.literal().length() <= MAX_DIGITS) {
            lease = Optional.of(Duration.ofNanos(Seconds.toNanos(seconds.value())));
        }
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

    private static void requireVersion(Map<String, Json> object, String wanted) {
        Json found = object.get("__version");
        if (!new Json.Text(wanted).equals(found)) {
            throw none(
                    found instanceof Json.Text other
                            ? "its '__version' is " + other.content() + ", but " + wanted + " is known"
                            : "its '__version' is missing; " + wanted + " is known");
        }
    }

    private static Map<String, Json> object(String text, String otherwise) {
        try {
            if (Json.parse(text) instanceof Json.Members object) {
                return object.byName();
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
