package io.claviger.cli;

import ch.qos.logback.classic.Level;
import io.claviger.cli.tcpnetlock.ServerOptions;
import io.claviger.cli.tcpnetlock.UsageException;
import io.claviger.server.ClavigerServer;
import io.claviger.server.ServerConfig;
import io.claviger.server.ServerStartException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code tcpnetlock_server}: only the text front, by the original's options, log lines and exit statuses.
 *
 * <table>
 *   <caption>Exit status</caption>
 *   <tr><td>0<td>after {@code .server-shutdown}
 *   <tr><td>2<td>wrong usage or environment, cannot bind, cannot resolve
 *   <tr><td>129, 130, 143<td>HUP, INT, TERM; unlike the original after a graceful stop, and without its stack trace
 * </table>
 */
final class TcpnetlockServer {
    /** Sets the period of the original's clean-up thread. Ours needs none, but a bad value is still an error. */
    private static final String PERIOD_VARIABLE = "TCPNETLOCK_BACKGROUND_THREAD_PERIOD";

    private static final String LOGGER = "tcpnetlock.cli.tnl_server";
    private static final String ALL_INTERFACES = "0.0.0.0";
    private static final String UNKNOWN_HOST = "[Errno -2] Name or service not known";
    private static final int FAILED = 2;

    private TcpnetlockServer() {}

    /** Runs the server. <b>Blocks</b> until it ends. @return the exit status */
    static int run(String[] args, Map<String, String> environment) {
        ServerOptions options;
        try {
            options = ServerOptions.parse(args);
        } catch (UsageException e) {
            return e.report(System.out, System.err);
        }
        String period = environment.getOrDefault(PERIOD_VARIABLE, "0");
        if (!period.strip().matches("[+-]?[0-9]+")) {
            return fail(PERIOD_VARIABLE + ": '" + OptionValue.printable(period) + "' is not an integer");
        }
        ServerLogging.useOriginalForm(options.debug() ? Level.DEBUG : options.info() ? Level.INFO : Level.WARN);
        return serve(options, LoggerFactory.getLogger(LOGGER));
    }

    private static int serve(ServerOptions options, Logger log) {
        String host = options.listen().isEmpty() ? ALL_INTERFACES : options.listen();
        try {
            if (!InetAddress.getByName(host).isLoopbackAddress()) {
                log.warn("{} is beyond loopback: anybody who reaches it can take and break locks", host);
            }
            ServerConfig config = ServerConfig.builder()
                    .listenHost(host)
                    .textPort(options.port())
                    .grpcPort(ServerConfig.OFF)
                    .allowShutdown(true)
                    .build();
            ServerProcess.run(config, server -> logStarted(options, server, log), () -> {});
            return 0;
        } catch (UnknownHostException e) {
            return fail(UNKNOWN_HOST);
        } catch (ServerStartException e) {
            return fail(inWordsOfOriginal(e));
        }
    }

    private static void logStarted(ServerOptions options, ClavigerServer server, Logger log) {
        server.fronts()
                .forEach(front -> log.info(
                        "Started server v{} listening on {}:{}",
                        Version.current(),
                        options.listen(),
                        front.address().getPort()));
    }

    /** The reason in the form that Python gives it, if it is one of the usual. */
    private static String inWordsOfOriginal(ServerStartException failure) {
        return switch (failure.reason()) {
            case ADDRESS_IN_USE -> "[Errno 98] Address already in use";
            case PERMISSION_DENIED -> "[Errno 13] Permission denied";
            case UNKNOWN_HOST -> UNKNOWN_HOST;
            case BAD_FILE, SOCKET_IN_USE, SOCKET_UNUSABLE, OTHER -> String.valueOf(failure.getMessage());
        };
    }

    private static int fail(String line) {
        System.err.println(line);
        return FAILED;
    }
}
