package io.claviger.cli.tcpnetlock;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * The command line of {@code tcpnetlock_client}. The lock name is not yet checked, as an invalid one is no usage error
 * there.
 *
 * @param keepAlive time between keep-alives, if they are to be sent
 */
record ClientOptions(Endpoint server, String lockName, Optional<Duration> keepAlive) {
    private static final String USAGE = """
            usage: tcpnetlock_client [-h] [--host HOST] [--port PORT]
                                     [--client-id CLIENT_ID] [--keep-alive]
                                     [--keep-alive-secs KEEP_ALIVE_SECS] [--debug]
                                     [--info]
                                     lock_name
            """;

    private static final String HELP = """

            Connect to TCPNetLock server and tries to get the lock. If lock IS GRANTED,
            the client enters a busy loop, sending keepalives or checking that the TCP
            connection is alive. If the lock IS NOT GRANTED, we exits with status 123. The
            following environment variables are used: TCPNETLOCK_HOST, TCPNETLOCK_PORT and
            TCPNETLOCK_CLIENT_ID.

            positional arguments:
              lock_name

            options:
              -h, --help            show this help message and exit
              --host HOST
              --port PORT
              --client-id CLIENT_ID
              --keep-alive
              --keep-alive-secs KEEP_ALIVE_SECS
                                    Seconds between keep-alives, at least 1
              --debug
              --info

            Prints the line "ok" once the lock is granted and holds it until a signal.

            exit status: 2 wrong usage or connection refused; 3 no connection for another
            reason; 4 invalid lock name, unexpected answer, or interrupted (Ctrl-C);
            122 server lost while holding the lock; 123 lock not granted; 129 after HUP;
            143 after TERM.
            """;

    /** @throws UsageException if help is asked for, or anything on the command line or in the environment is wrong */
    static ClientOptions of(ArgParser args, Map<String, String> environment) {
        // 0 would be a loop without a pause.
        long keepAlive = args.number("--keep-alive-secs", "15", 1);
        String lockName = args.operands("lock_name").get(0);
        return new ClientOptions(
                Endpoint.of(args, environment),
                lockName,
                args.has("--keep-alive") ? Optional.of(Duration.ofSeconds(keepAlive)) : Optional.empty());
    }

    static ArgParser parser() {
        return new ArgParser("tcpnetlock_client", USAGE, HELP, 1)
                .values("--host", "--port", "--client-id")
                .flags("--keep-alive")
                .values("--keep-alive-secs")
                .flags("--debug", "--info");
    }
}
