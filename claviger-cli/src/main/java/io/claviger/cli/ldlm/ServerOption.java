package io.claviger.cli.ldlm;

import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The options of {@code ldlm-server}, in the original's order, with its defaults and its descriptions. */
enum ServerOption {
    CONFIG_FILE("c", Kind.CONFIG_FILE, "", "Path to yaml configuration file"),
    VERSION("", Kind.BOOL, "false", "Show version and exit"),
    LOG_LEVEL("v", Kind.LEVEL, "info", "Log level (debug|info|warn|error)"),
    NO_CLEAR_ON_DISCONNECT("n", Kind.BOOL, "false", "Do not clear locks on client disconnect"),
    SHARDS("", Kind.UINT32, "16", "Number of lock shards to use. Checked, and of no use here"),
    LOCK_GC_INTERVAL(
            "g",
            Kind.POSITIVE_DURATION,
            "30m0s",
            "Interval at which to garbage collect unused locks. Checked, and of no use here: unused locks are gone at once"),
    LOCK_GC_MIN_IDLE(
            "m",
            Kind.DURATION,
            "5m0s",
            "Minimum time a lock has to be idle (no unlocks or locks) before being considered for garbage collection."
                    + " Checked, and of no use here"),
    DEFAULT_LOCK_TIMEOUT(
            "d",
            Kind.POSITIVE_DURATION,
            "10m0s",
            "Lock timeout to use when loading locks from state file on startup. Checked; for --state_file only"),
    STATE_FILE("s", Kind.STRING, "", "File in which to store lock state. Refused: this version keeps it in memory"),
    IPC_SOCKET_FILE(
            "",
            Kind.STRING,
            ServerOption.PLATFORM_SPECIFIC,
            "Path to the IPC socket file. Use an empty string to disable IPC."),
    KEEPALIVE_INTERVAL("k", Kind.DURATION, "1m0s", "Interval at which to send keepalive pings to client"),
    KEEPALIVE_TIMEOUT(
            "t", Kind.DURATION, "10s", "Wait this duration for the ping ack before assuming the connection is dead"),
    LISTEN_ADDRESS("l", Kind.STRING, "localhost:3144", "Address (host:port) at which to listen"),
    REST_LISTEN_ADDRESS(
            "r", Kind.STRING, "", "Address (host:port) at which the REST server should listen. Set to '' to disable"),
    REST_SESSION_TIMEOUT("", Kind.SECONDS_AT_LEAST, "10m0s", "REST session idle timeout, at least 1s"),
    TLS_CERT("", Kind.STRING, "", "File containing TLS certificate"),
    TLS_KEY("", Kind.STRING, "", "File containing TLS key"),
    CLIENT_CERT_VERIFY("", Kind.BOOL, "false", "Verify client certificate"),
    CLIENT_CA(
            "",
            Kind.STRING,
            "",
            "File containing client CA certificate. This will also enable client cert verification."),
    PASSWORD("", Kind.STRING, "", "Password required of clients"),
    PASSWORD_FILE("", Kind.STRING, "", "File containing the password, which is then not in the list of processes"),
    HELP("h", Kind.INTERNAL, "false", "show help and exit"),
    PRINT_ENV_TEMPLATE("", Kind.INTERNAL, "false", "Print example environment variables and exit"),
    PRINT_YAML_TEMPLATE("", Kind.INTERNAL, "false", "Print example YAML config file and exit");

    /** What stands for the usual place of the socket. */
    static final String PLATFORM_SPECIFIC = "<platform specific>";

    private static final String PREFIX = "LDLM_";

    private final String shorthand;
    private final Kind kind;
    private final String byDefault;
    private final String description;

    ServerOption(String shorthand, Kind kind, String byDefault, String description) {
        this.shorthand = shorthand;
        this.kind = kind;
        this.byDefault = byDefault;
        this.description = description;
    }

    /** What values an option takes. */
    enum Kind {
        STRING("string"),
        CONFIG_FILE("configFile"),
        BOOL(""),
        /** An option of the command line only, that says what to print. */
        INTERNAL(""),
        UINT32("uint32"),
        LEVEL("level"),
        DURATION("duration"),
        POSITIVE_DURATION("duration"),
        SECONDS_AT_LEAST("duration");

        private final String shown;

        Kind(String shown) {
            this.shown = shown;
        }
    }

    static Optional<ServerOption> named(String flag) {
        return Arrays.stream(values())
                .filter(option -> option.flag().equals(flag))
                .findFirst();
    }

    static Optional<ServerOption> ofShorthand(char letter) {
        return Arrays.stream(values())
                .filter(option -> option.shorthand.equals(String.valueOf(letter)))
                .findFirst();
    }

    /** Those that environment and file may give, in this order. */
    static Stream<ServerOption> settings() {
        return Arrays.stream(values()).filter(option -> option.kind != Kind.INTERNAL);
    }

    /** All, by their names. */
    static List<ServerOption> byName() {
        return Arrays.stream(values())
                .sorted(Comparator.comparing(ServerOption::flag))
                .toList();
    }

    /** The name on the command line, without dashes, and in a file. */
    String flag() {
        return name().toLowerCase(Locale.ROOT);
    }

    String variable() {
        return PREFIX + name();
    }

    /** One letter; empty if there is none. */
    String shorthand() {
        return shorthand;
    }

    /** As errors of the command line name it: {@code -k, --keepalive_interval}. */
    String shownFlag() {
        return (shorthand.isEmpty() ? "" : "-" + shorthand + ", ") + "--" + flag();
    }

    /** The word for its values in the help text; empty if it needs none. */
    String valueWord() {
        return kind.shown;
    }

    boolean isText() {
        return kind == Kind.STRING || kind == Kind.CONFIG_FILE;
    }

    boolean isBool() {
        return kind == Kind.BOOL || kind == Kind.INTERNAL;
    }

    String byDefault() {
        return byDefault;
    }

    String description() {
        return description;
    }

    /** Whether its value must not be shown. */
    boolean isSecret() {
        return this == PASSWORD;
    }

    /**
     * Checks a value and brings it into the form in which it is shown.
     *
     * @throws IllegalArgumentException if it is bad; the message says why, in Go's words if they have some
     */
    String checked(String text) {
        return switch (kind) {
            case STRING, CONFIG_FILE -> text;
            case BOOL, INTERNAL -> String.valueOf(GoSyntax.bool(text));
            case UINT32 -> String.valueOf(GoSyntax.uint32(text));
            case LEVEL -> level(text);
            case DURATION -> GoSyntax.text(atLeast(Duration.ZERO, text, "must not be negative"));
            case POSITIVE_DURATION -> GoSyntax.text(atLeast(Duration.ofNanos(1), text, "must be greater than 0"));
            case SECONDS_AT_LEAST -> GoSyntax.text(atLeast(Duration.ofSeconds(1), text, "must be at least 1s"));
        };
    }

    private static String level(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (!List.of("debug", "info", "warn", "error").contains(lower)) {
            throw new IllegalArgumentException(GoSyntax.quoted(text) + " is none of debug, info, warn, error");
        }
        return lower;
    }

    private static Duration atLeast(Duration shortest, String text, String otherwise) {
        Duration duration = GoSyntax.duration(text);
        if (duration.compareTo(shortest) < 0) {
            throw new IllegalArgumentException("duration " + GoSyntax.quoted(text) + " " + otherwise);
        }
        return duration;
    }
}
