package io.claviger.cli;

import ch.qos.logback.classic.Level;
import io.claviger.cli.ldlm.EarlyEndException;
import io.claviger.cli.ldlm.GoAddress;
import io.claviger.cli.ldlm.ServerOptions;
import io.claviger.cli.ldlm.ServerOptions.Flag;
import io.claviger.cli.ldlm.ServerOptions.Span;
import io.claviger.cli.ldlm.ServerOptions.Text;
import io.claviger.server.ClavigerServer;
import io.claviger.server.FrontAddress;
import io.claviger.server.LdlmConfig;
import io.claviger.server.ServerConfig;
import io.claviger.server.ServerStartException;
import io.claviger.server.SocketConfig;
import io.claviger.server.security.Security;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code ldlm-server}: gRPC, REST with {@code -r}, and the socket for {@code ldlm-lock}, by the original's options, log
 * lines and exit statuses.
 *
 * <table>
 *   <caption>Exit status</caption>
 *   <tr><td>0<td>after INT, QUIT or TERM; after a text that was asked for
 *   <tr><td>1<td>wrong environment or file, cannot start
 *   <tr><td>2<td>wrong flag, or what this version does not have
 * </table>
 *
 * <p>QUIT is the launcher's part, since a JVM answers it with a list of its threads and cannot be kept from that: the
 * launcher stays, and passes it on as TERM. Should the launcher be killed, its end of the standard input closes, which
 * ends the server too.
 */
final class LdlmServer {
    /** Set by a launcher that stays and holds the other end of the standard input. */
    static final String LAUNCHER_PROPERTY = "claviger.launcher.stays";

    private static final String CANNOT_RUN = "net.Run() error starting server: ";
    private static final String CANNOT_CREATE = "server.New() error creating server: ipc.Run(): ";

    /** What grpc-go takes for a time of 0. */
    private static final Duration NO_KEEPALIVE_INTERVAL = Duration.ofHours(2);

    private static final Duration NO_KEEPALIVE_TIMEOUT = Duration.ofSeconds(20);

    /** The shortest that grpc-go pings; less is raised to it. */
    private static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(1);

    private static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(1);

    /** What stands at the end of a message about a file that could not be read at all. */
    private static final Pattern UNREADABLE = Pattern.compile(
            ": (no such file|permission denied|is a directory|is not a regular file|is longer than 1 MiB"
                    + "|cannot be read: .*)$");

    private final ServerOptions options;
    private final Map<String, String> environment;
    private final Logger log;

    private LdlmServer(ServerOptions options, Map<String, String> environment) {
        this.options = options;
        this.environment = environment;
        ServerLogging.useLdlmForm(Level.toLevel(options.logLevel()));
        this.log = LoggerFactory.getLogger(LdlmServer.class);
    }

    /** Runs the server. <b>Blocks</b> until it ends. @return the exit status */
    static int run(String[] args, Map<String, String> environment) {
        if (System.getProperty(LAUNCHER_PROPERTY) != null) {
            endWithLauncher();
        }
        try {
            ServerOptions options = ServerOptions.of(args, environment, Version.current());
            return new LdlmServer(options, environment).serve();
        } catch (EarlyEndException early) {
            return early.report(System.out, System.err);
        }
    }

    private int serve() throws EarlyEndException {
        ServerConfig config = config();
        warnBeyondLoopback(config);
        try {
            ServerProcess.run(
                    config,
                    this::logStarted,
                    () -> log.warn("Shutting down..."),
                    () -> Runtime.getRuntime().halt(0));
            return 0;
        } catch (ServerStartException failed) {
            throw EarlyEndException.failed(inWordsOfOriginal(failed));
        }
    }

    private ServerConfig config() throws EarlyEndException {
        GoAddress grpc = address(options.text(Text.LISTEN_ADDRESS).orElse(""));
        ServerConfig.Builder config = ServerConfig.builder()
                .textPort(ServerConfig.OFF)
                .grpcHost(grpc.host())
                .grpcPort(grpc.port())
                .ldlm(new LdlmConfig(
                        options.flag(Flag.NO_CLEAR_ON_DISCONNECT),
                        options.duration(Span.REST_SESSION_TIMEOUT),
                        keepAlive(Span.KEEPALIVE_INTERVAL, NO_KEEPALIVE_INTERVAL, SHORTEST_INTERVAL),
                        keepAlive(Span.KEEPALIVE_TIMEOUT, NO_KEEPALIVE_TIMEOUT, SHORTEST_TIMEOUT)))
                .security(security());
        Optional<String> rest = options.text(Text.REST_LISTEN_ADDRESS);
        if (rest.isPresent()) {
            GoAddress http = address(rest.get());
            config.httpHost(http.host()).httpPort(http.port());
        }
        Optional<String> socket = options.text(Text.IPC_SOCKET_FILE);
        if (socket.isPresent()) {
            config.socket(new SocketConfig(socketFile(socket.get()), true));
        }
        return config.build();
    }

    private Duration keepAlive(Span which, Duration none, Duration shortest) {
        Duration asked = options.duration(which);
        if (asked.isZero()) {
            return none;
        }
        return asked.compareTo(shortest) < 0 ? shortest : asked;
    }

    private Path socketFile(String file) throws EarlyEndException {
        try {
            return ServerOptions.isUsualSocket(file) ? SocketConfig.usualFile(environment) : Path.of(file);
        } catch (InvalidPathException noName) {
            throw EarlyEndException.failed(CANNOT_CREATE + OptionValue.printable(file) + " is no name of a file");
        }
    }

    private static GoAddress address(String text) throws EarlyEndException {
        try {
            return GoAddress.parse(text);
        } catch (IllegalArgumentException bad) {
            throw EarlyEndException.failed(CANNOT_RUN + bad.getMessage());
        }
    }

    private Security security() throws EarlyEndException {
        Security.Builder security = Security.builder();
        Optional<String> certificate = options.text(Text.TLS_CERT);
        Optional<String> key = options.text(Text.TLS_KEY);
        Optional<String> clientCa = options.text(Text.CLIENT_CA);
        boolean verify = options.flag(Flag.CLIENT_CERT_VERIFY);
        if (certificate.isEmpty() && (clientCa.isPresent() || verify)) {
            throw EarlyEndException.failed(
                    CANNOT_RUN + "client TLS certificate verification requires server TLS to be configured");
        }
        if (certificate.isPresent() != key.isPresent()) {
            throw EarlyEndException.failed(CANNOT_RUN + "LoadX509KeyPair() error loading cert: "
                    + (key.isPresent() ? "tls_key needs tls_cert" : "tls_cert needs tls_key") + " as well");
        }
        if (certificate.isPresent() && key.isPresent()) {
            security.tls(path(certificate.get()), path(key.get()));
        }
        if (clientCa.isPresent()) {
            security.clientCa(path(clientCa.get()));
        } else if (verify) {
            security.clientCertificatesOfSystem();
        }
        addPassword(security);
        return security.build();
    }

    private void addPassword(Security.Builder security) throws EarlyEndException {
        Optional<String> password = options.text(Text.PASSWORD);
        Optional<String> file = options.text(Text.PASSWORD_FILE);
        if (password.isPresent() && file.isPresent()) {
            throw EarlyEndException.refused("ldlm-server: password excludes password_file");
        }
        try {
            password.ifPresent(security::password);
        } catch (IllegalArgumentException bad) {
            // The message does not repeat it.
            throw EarlyEndException.failed(CANNOT_RUN + "password: " + bad.getMessage());
        }
        if (file.isPresent()) {
            security.passwordFile(path(file.get()));
        }
    }

    private static Path path(String text) throws EarlyEndException {
        try {
            return Path.of(text);
        } catch (InvalidPathException noName) {
            throw EarlyEndException.failed(CANNOT_RUN + OptionValue.printable(text) + " is no name of a file");
        }
    }

    /** As the original, which container images start so, it listens anywhere; but it says what that means. */
    private void warnBeyondLoopback(ServerConfig config) {
        Optional<String> missing = config.security().missingBeyondLoopback();
        if (missing.isPresent() && (isBeyondLoopback(config.grpc().host()) || isHttpBeyondLoopback(config))) {
            log.warn(
                    "Listening beyond loopback without {}: anybody who reaches this server can take and break locks",
                    missing.get());
        }
    }

    private static boolean isHttpBeyondLoopback(ServerConfig config) {
        return config.http().isOpen() && isBeyondLoopback(config.http().host());
    }

    private static boolean isBeyondLoopback(String host) {
        try {
            return host.isEmpty() || !InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException unknown) {
            // Listening will fail, and say so.
            return false;
        }
    }

    private void logStarted(ClavigerServer server) {
        if (server.socketFile().isEmpty()) {
            log.warn("IPC server disabled because of empty socket file path");
        }
        Optional<String> certificate = options.text(Text.TLS_CERT);
        if (certificate.isPresent()) {
            log.info("Loaded gRPC TLS configuration");
        }
        if (options.text(Text.PASSWORD)
                .or(() -> options.text(Text.PASSWORD_FILE))
                .isPresent()) {
            log.info("Loaded gRPC authentication configuration");
        }
        for (FrontAddress front : server.fronts()) {
            boolean grpc = front.front().equals("gRPC");
            Text option = grpc ? Text.LISTEN_ADDRESS : Text.REST_LISTEN_ADDRESS;
            String asked = options.text(option).orElse("");
            log.warn("{} server started. Listening on {}", grpc ? "gRPC" : "REST", withRealPort(asked, front));
        }
    }

    /** The address as it was given, but with the real port if any free one was asked for. */
    private static String withRealPort(String asked, FrontAddress front) {
        return GoAddress.parse(asked).port() == 0
                ? asked.substring(0, asked.lastIndexOf(':') + 1)
                        + front.address().getPort()
                : asked;
    }

    private String inWordsOfOriginal(ServerStartException failure) {
        String message = String.valueOf(failure.getMessage());
        return switch (failure.reason()) {
            case ADDRESS_IN_USE -> CANNOT_RUN + "listen tcp " + addressIn(message) + ": bind: address already in use";
            case PERMISSION_DENIED -> CANNOT_RUN + "listen tcp " + addressIn(message) + ": bind: permission denied";
            case UNKNOWN_HOST -> CANNOT_RUN + "listen tcp: lookup " + hostIn(message) + ": no such host";
            case SOCKET_IN_USE ->
                CANNOT_CREATE + "file: "
                        + options.text(Text.IPC_SOCKET_FILE)
                                .map(this::shownSocket)
                                .orElse("")
                        + " exists. IPC socket file already exists, and a server answers on it. Shut down that instance"
                        + " before starting a new one. Alternatively specify a different IPC socket file";
            case SOCKET_UNUSABLE -> CANNOT_CREATE + message;
            case BAD_FILE -> CANNOT_RUN + badFile(message);
            case OTHER -> CANNOT_RUN + message;
        };
    }

    private String shownSocket(String file) {
        return ServerOptions.isUsualSocket(file)
                ? SocketConfig.usualFile(environment).toString()
                : OptionValue.printable(file);
    }

    /** Our message says which file is wrong and why, the original's which of its functions did not like it. */
    private static String badFile(String message) {
        if (message.startsWith("TLS ")) {
            return "LoadX509KeyPair() error loading cert: " + message;
        }
        if (message.startsWith("client CA ")) {
            return (UNREADABLE.matcher(message).find()
                            ? "os.ReadFile() failed to read ca cert: "
                            : "AppendCertsFromPEM() failed to append client ca cert: ")
                    + message;
        }
        return message;
    }

    /** The address in {@code the X front cannot listen on ADDRESS: REASON}. */
    private static String addressIn(String message) {
        String before = " cannot listen on ";
        int from = message.indexOf(before);
        int to = message.lastIndexOf(": ");
        return from < 0 || to < from ? "" : message.substring(from + before.length(), to);
    }

    private static String hostIn(String message) {
        String address = addressIn(message);
        return address.substring(0, Math.max(0, address.lastIndexOf(':')));
    }

    private static void endWithLauncher() {
        Thread watch = new Thread(LdlmServer::awaitEndOfInput, "launcher");
        watch.setDaemon(true);
        watch.start();
    }

    private static void awaitEndOfInput() {
        try {
            // Nobody writes there; the end comes when the launcher's does.
            System.in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException broken) {
            // The launcher cannot be watched, which is no reason to stop serving.
            return;
        }
        System.exit(0);
    }
}
