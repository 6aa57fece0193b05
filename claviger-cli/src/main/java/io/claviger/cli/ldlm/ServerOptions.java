package io.claviger.cli.ldlm;

import io.claviger.cli.process.OneLine;
import io.claviger.cli.yaml.BadFileException;
import io.claviger.cli.yaml.FlatYaml;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code ldlm-server} is to do, from the command line, the environment, the file and the defaults, the first that has
 * an option; checked one by one, but not yet whether they go together.
 */
public final class ServerOptions {
    private static final String PARSING = "error parsing configuration: ";
    private static final List<String> SUFFIXES = List.of(".json", ".yml", ".yaml");

    private final Map<ServerOption, String> values;

    private ServerOptions(Map<ServerOption, String> values) {
        this.values = values;
    }

    /**
     * Reads all sources.
     *
     * @param version of this program
     * @throws EarlyEndException if only a text is asked for, or something is wrong
     */
    public static ServerOptions of(String[] args, Map<String, String> environment, String version)
            throws EarlyEndException {
        Map<ServerOption, String> flags = flags(args);
        if (isSet(flags, ServerOption.HELP)) {
            throw EarlyEndException.printing(ServerTexts.usage());
        }
        Map<ServerOption, String> values = new EnumMap<>(ServerOption.class);
        ServerOption.settings().forEach(option -> values.put(option, option.byDefault()));
        Map<ServerOption, String> variables = variables(environment);
        String file = Optional.ofNullable(flags.get(ServerOption.CONFIG_FILE))
                .orElseGet(() -> variables.getOrDefault(ServerOption.CONFIG_FILE, ""));
        if (!file.isEmpty()) {
            values.putAll(file(file));
        }
        values.putAll(variables);
        values.putAll(flags);
        if (isSet(values, ServerOption.PRINT_ENV_TEMPLATE)) {
            throw EarlyEndException.printing(ServerTexts.environmentTemplate(values));
        }
        if (isSet(values, ServerOption.PRINT_YAML_TEMPLATE)) {
            throw EarlyEndException.printing(ServerTexts.yamlTemplate(values));
        }
        if (isSet(values, ServerOption.VERSION)) {
            throw EarlyEndException.printing("Version: " + version + "\nCommit: none\nBuilt: unknown\n");
        }
        refuseStateFile(values);
        return new ServerOptions(values);
    }

    /** Returns a text; empty if there is none. */
    public Optional<String> text(Text which) {
        return Optional.of(values.getOrDefault(which.option, which.option.byDefault()))
                .filter(text -> !text.isEmpty());
    }

    /** Returns a length of time. */
    public Duration duration(Span which) {
        return GoSyntax.duration(values.getOrDefault(which.option, which.option.byDefault()));
    }

    /** Returns whether something is asked for. */
    public boolean flag(Flag which) {
        return isSet(values, which.option);
    }

    /** Returns from which level on is logged: debug, info, warn or error. */
    public String logLevel() {
        return values.getOrDefault(ServerOption.LOG_LEVEL, ServerOption.LOG_LEVEL.byDefault());
    }

    /** Options with a text. */
    public enum Text {
        /** {@code host:port} of gRPC. */
        LISTEN_ADDRESS(ServerOption.LISTEN_ADDRESS),
        /** {@code host:port} of REST. */
        REST_LISTEN_ADDRESS(ServerOption.REST_LISTEN_ADDRESS),
        /** The socket, or {@link ServerOptions#isUsualSocket}. */
        IPC_SOCKET_FILE(ServerOption.IPC_SOCKET_FILE),
        TLS_CERT(ServerOption.TLS_CERT),
        TLS_KEY(ServerOption.TLS_KEY),
        CLIENT_CA(ServerOption.CLIENT_CA),
        PASSWORD(ServerOption.PASSWORD),
        PASSWORD_FILE(ServerOption.PASSWORD_FILE);

        private final ServerOption option;

        Text(ServerOption option) {
            this.option = option;
        }
    }

    /** Options with a length of time. */
    public enum Span {
        KEEPALIVE_INTERVAL(ServerOption.KEEPALIVE_INTERVAL),
        KEEPALIVE_TIMEOUT(ServerOption.KEEPALIVE_TIMEOUT),
        REST_SESSION_TIMEOUT(ServerOption.REST_SESSION_TIMEOUT);

        private final ServerOption option;

        Span(ServerOption option) {
            this.option = option;
        }
    }

    /** Options that are true or false. */
    public enum Flag {
        NO_CLEAR_ON_DISCONNECT(ServerOption.NO_CLEAR_ON_DISCONNECT),
        CLIENT_CERT_VERIFY(ServerOption.CLIENT_CERT_VERIFY);

        private final ServerOption option;

        Flag(ServerOption option) {
            this.option = option;
        }
    }

    /** Returns whether the name of a socket stands for the usual place. */
    public static boolean isUsualSocket(String file) {
        return file.equals(ServerOption.PLATFORM_SPECIFIC);
    }

    private static Map<ServerOption, String> flags(String[] args) throws EarlyEndException {
        try {
            return ServerFlags.parse(args);
        } catch (IllegalArgumentException bad) {
            throw EarlyEndException.badFlag(String.valueOf(bad.getMessage()), ServerTexts.usage());
        }
    }

    private static Map<ServerOption, String> variables(Map<String, String> environment) throws EarlyEndException {
        Map<ServerOption, String> variables = new EnumMap<>(ServerOption.class);
        for (ServerOption option : ServerOption.settings().toList()) {
            String text = environment.getOrDefault(option.variable(), "");
            // One that is empty counts as unset, also where that is a value.
            if (!text.isEmpty()) {
                variables.put(option, checked(option, text, "environment variable " + option.variable()));
            }
        }
        return variables;
    }

    private static Map<ServerOption, String> file(String file) throws EarlyEndException {
        Map<ServerOption, String> values = new EnumMap<>(ServerOption.class);
        for (FlatYaml.Entry entry : entries(file)) {
            String key = entry.key();
            ServerOption option = ServerOption.named(key)
                    .filter(known -> ServerOption.settings().anyMatch(known::equals))
                    .orElseThrow(() ->
                            EarlyEndException.failed(PARSING + "unknown configuration file field: " + OneLine.of(key)));
            String where = "unable to set value for " + key;
            if (entry.isNull()) {
                throw EarlyEndException.failed(PARSING + where + ": it has no value");
            }
            if (option == ServerOption.CONFIG_FILE) {
                throw EarlyEndException.failed(PARSING + where + ": a configuration file cannot name another");
            }
            values.put(option, checked(option, entry.value(), where));
        }
        return values;
    }

    private static List<FlatYaml.Entry> entries(String file) throws EarlyEndException {
        String suffix = SUFFIXES.stream()
                .filter(file.toLowerCase(Locale.ROOT)::endsWith)
                .findFirst()
                .orElseThrow(() -> EarlyEndException.failed(PARSING + "unsupported config file type: "
                        + OneLine.of(file.substring(file.lastIndexOf('/') + 1))
                        + ". Supported file types are .json, .yml, .yaml"));
        try {
            return suffix.equals(".json") ? FlatYaml.readJson(file) : FlatYaml.read(file);
        } catch (BadFileException unusable) {
            String line = unusable.line() == 0 ? "" : "line " + unusable.line() + ": ";
            throw EarlyEndException.failed(
                    PARSING + "error reading config file " + OneLine.of(file) + ": " + line + unusable.getMessage());
        }
    }

    private static String checked(ServerOption option, String text, String where) throws EarlyEndException {
        try {
            return option.checked(text);
        } catch (IllegalArgumentException bad) {
            throw EarlyEndException.failed(PARSING + where + ": " + bad.getMessage());
        }
    }

    private static boolean isSet(Map<ServerOption, String> values, ServerOption option) {
        return "true".equals(values.get(option));
    }

    private static void refuseStateFile(Map<ServerOption, String> values) throws EarlyEndException {
        if (!values.getOrDefault(ServerOption.STATE_FILE, "").isEmpty()) {
            throw EarlyEndException.refused("ldlm-server: --state_file cannot be used: durable state is not in this"
                    + " version, which keeps its state in memory only");
        }
    }
}
