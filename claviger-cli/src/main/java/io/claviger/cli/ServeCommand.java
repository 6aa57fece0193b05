package io.claviger.cli;

import io.claviger.server.ClavigerServer;
import io.claviger.server.FrontAddress;
import io.claviger.server.LdlmConfig;
import io.claviger.server.ServerConfig;
import io.claviger.server.ServerStartException;
import io.claviger.server.SocketConfig;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code claviger serve}: runs a server until TERM, INT or HUP, after which the status is 0.
 *
 * <p>The fields declare the options and are otherwise not read: their values also come from the environment and a file,
 * see {@link OptionSources}. So they are all texts, and no parser but ours judges them.
 */
@Command(
        name = "serve",
        description = {
            "Run a server in the foreground. Prints one line per front with its address, then 'ready'.",
            "TERM, INT and HUP stop it; its exit status is then 0.",
            ""
        },
        footer = {
            "",
            "Every option can also be given as an environment variable (CLAVIGER_TEXT_PORT) or in the file (text-port: "
                    + "7000). The command line comes first, then the environment, the file, the default.",
            "Exit status: 0 stopped, 1 cannot start, 2 wrong option, variable or file."
        },
        abbreviateSynopsis = true,
        mixinStandardHelpOptions = true,
        versionProvider = ClavigerCommand.VersionLine.class,
        sortOptions = false)
@SuppressWarnings({"UnusedVariable", "unused"}) // picocli and OptionSources read the declarations, nobody the fields.
final class ServeCommand implements Callable<Integer> {
    /** The status if a server cannot start, for instance because its port is in use. */
    private static final int CANNOT_START = 1;

    private static final String BEYOND_LOOPBACK_OPTIONS =
            "--tls-cert and --tls-key, and --client-ca or --password-file";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before any call.
    private CommandSpec spec;

    @Option(
            names = "--volatile",
            arity = OptionValue.FLAG_ARITY,
            fallbackValue = "true",
            defaultValue = "true",
            paramLabel = OptionValue.TRUE_OR_FALSE,
            description = "Keep the state in memory only; all there is in this version.")
    private @Nullable String inMemory;

    @Option(
            names = "--data-dir",
            hidden = true,
            paramLabel = "DIR",
            description = "Keep the state here; refused, since this version keeps it in memory only.")
    private @Nullable String dataDir;

    @Option(
            names = "--listen",
            defaultValue = "127.0.0.1",
            paramLabel = "HOST",
            description = "Host or address to listen on (default: ${DEFAULT-VALUE}).")
    private @Nullable String listen;

    @Option(
            names = "--text-port",
            defaultValue = "7654",
            paramLabel = "PORT",
            description = "Port of the text protocol, 0 for any free one, off for none (default: ${DEFAULT-VALUE}).")
    private @Nullable String textPort;

    @Option(
            names = "--grpc-port",
            defaultValue = "3144",
            paramLabel = "PORT",
            description = "Port of gRPC, 0 for any free one, off for none (default: ${DEFAULT-VALUE}).")
    private @Nullable String grpcPort;

    @Option(
            names = "--http-port",
            defaultValue = "3145",
            paramLabel = "PORT",
            description = "Port of HTTP, 0 for any free one, off for none (default: ${DEFAULT-VALUE}).")
    private @Nullable String httpPort;

    @Option(
            names = "--ipc-socket",
            paramLabel = "FILE",
            description =
                    "Unix socket for ldlm-lock, off for none (default: ldlm-ipc.sock in TMPDIR or /tmp). If another"
                            + " server that lives has it, this one goes on without.")
    private @Nullable String ipcSocket;

    @Option(
            names = "--no-clear-on-disconnect",
            arity = OptionValue.FLAG_ARITY,
            fallbackValue = "true",
            defaultValue = "false",
            paramLabel = OptionValue.TRUE_OR_FALSE,
            description = "Let locks of LDLM's clients outlive the connection or REST session that took them.")
    private @Nullable String noClearOnDisconnect;

    @Option(
            names = "--rest-session-timeout",
            defaultValue = "10m",
            paramLabel = "TIME",
            description = "After how long without a request a REST session ends, with its locks, at least 1s"
                    + " (default: ${DEFAULT-VALUE}).")
    private @Nullable String restSessionTimeout;

    @Option(
            names = "--insecure",
            arity = OptionValue.FLAG_ARITY,
            fallbackValue = "true",
            defaultValue = "false",
            paramLabel = OptionValue.TRUE_OR_FALSE,
            description = "Listen beyond loopback although there is no encryption or no authentication.")
    private @Nullable String insecure;

    @Option(
            names = "--tls-cert",
            paramLabel = "FILE.pem",
            description = "Encrypt with TLS: the server's certificate, and after it those that lead to its authority."
                    + " Read again when it changes, as are the next two.")
    private @Nullable String tlsCert;

    @Option(names = "--tls-key", paramLabel = "FILE.pem", description = "Private key of --tls-cert, not encrypted.")
    private @Nullable String tlsKey;

    @Option(
            names = "--client-ca",
            paramLabel = "FILE.pem",
            description = "Let only clients in that have a certificate of one of these authorities.")
    private @Nullable String clientCa;

    @Option(
            names = "--password",
            paramLabel = "TEXT",
            description = "Let only clients in that give this password. Others can see it in the list of processes:"
                    + " rather use the next one.")
    private @Nullable String password;

    @Option(names = "--password-file", paramLabel = "FILE", description = "Read the password from this file.")
    private @Nullable String passwordFile;

    @Option(
            names = "--allow-shutdown",
            arity = OptionValue.FLAG_ARITY,
            fallbackValue = "true",
            defaultValue = "false",
            paramLabel = OptionValue.TRUE_OR_FALSE,
            description = "Obey .server-shutdown of the text protocol if it comes from loopback.")
    private @Nullable String allowShutdown;

    @Option(names = "--config", paramLabel = "FILE.yaml", description = "Read options from this file.")
    private @Nullable String config;

    @Option(
            names = "--print-config",
            arity = OptionValue.FLAG_ARITY,
            fallbackValue = "true",
            defaultValue = "false",
            paramLabel = OptionValue.TRUE_OR_FALSE,
            description = "Print the options that are in effect, as a file for --config, and exit.")
    private @Nullable String printConfig;

    @Override
    public Integer call() {
        OptionSources sources = OptionSources.of(spec.commandLine().getParseResult(), System.getenv());
        boolean printOnly = sources.require("print-config").flag();
        ServeSettings settings = ServeSettings.of(sources);
        if (printOnly) {
            spec.commandLine().getOut().print(ServeSettings.toYaml(sources));
            spec.commandLine().getOut().flush();
            return 0;
        }
        PrintWriter err = spec.commandLine().getErr();
        try {
            checkBeyondLoopback(sources.require("listen"), settings, err);
        } catch (UnknownHostException e) {
            err.println("claviger serve: cannot listen on " + settings.listen() + ": unknown host");
            return CANNOT_START;
        }
        err.println("claviger serve: the state is in memory only and is lost when the server stops");
        try {
            // A shutdown hook cannot choose the exit status, hence the halt; nothing is left to do by then.
            ServerProcess.run(
                    config(settings),
                    ServeCommand::announce,
                    () -> Runtime.getRuntime().halt(0));
            return 0;
        } catch (ServerStartException e) {
            err.println("claviger serve: " + e.getMessage());
            boolean badFile = e.reason() == ServerStartException.Reason.BAD_FILE;
            return badFile ? ClavigerCommand.USAGE_ERROR : CANNOT_START;
        }
    }

    private static void announce(ClavigerServer server) {
        for (FrontAddress front : server.fronts()) {
            System.out.println(front.front().toLowerCase(Locale.ROOT) + " " + front.text());
        }
        server.socketFile().ifPresent(file -> System.out.println("socket " + OptionValue.printable(file.toString())));
        System.out.println("ready");
        System.out.flush();
    }

    private static ServerConfig config(ServeSettings settings) {
        ServerConfig.Builder config = ServerConfig.builder();
        settings.socket(System.getenv()).ifPresent(file -> config.socket(new SocketConfig(file, false)));
        return config.listenHost(settings.listen())
                .textPort(settings.textPort().orElse(ServerConfig.OFF))
                .grpcPort(settings.grpcPort().orElse(ServerConfig.OFF))
                .httpPort(settings.httpPort().orElse(ServerConfig.OFF))
                .ldlm(LdlmConfig.DEFAULT
                        .withKeepOnDisconnect(settings.keepOnDisconnect())
                        .withRestSessionIdle(settings.restSessionIdle()))
                .allowShutdown(settings.allowShutdown())
                .security(settings.security())
                .build();
    }

    private static void checkBeyondLoopback(OptionValue listen, ServeSettings settings, PrintWriter err)
            throws UnknownHostException {
        InetAddress[] addresses = InetAddress.getAllByName(listen.host());
        Optional<String> missing = settings.security().missingBeyondLoopback();
        if (missing.isEmpty() || Arrays.stream(addresses).allMatch(InetAddress::isLoopbackAddress)) {
            return;
        }
        if (!settings.insecure()) {
            throw listen.bad("is beyond loopback, where anybody could take and break locks without " + missing.get()
                    + " (" + BEYOND_LOOPBACK_OPTIONS + "); --insecure allows it");
        }
        err.println("claviger serve: WARNING: " + listen.text() + " is beyond loopback, without " + missing.get()
                + " (--insecure)");
    }
}
