package io.claviger.cli.tcpnetlock;

import io.claviger.cli.process.OneLine;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The command line of {@code tcpnetlock_do}.
 *
 * @param command the words of the command, or with {@code shell} the one text for the shell
 * @param retries further tries if the lock is not granted
 * @param keepAlive time between keep-alives, if they are to be sent
 */
record DoOptions(
        Endpoint server,
        String lockName,
        List<String> command,
        boolean shell,
        long retries,
        Duration retryWait,
        Optional<Duration> keepAlive) {

    private static final String USAGE = """
            usage: tcpnetlock_do [-h] [--lock-name LOCK_NAME] [--host HOST] [--port PORT]
                                 [--retry RETRY] [--retry-wait RETRY_WAIT]
                                 [--client-id CLIENT_ID] [--keep-alive]
                                 [--keep-alive-secs KEEP_ALIVE_SECS] [--shell] [--debug]
                                 [--info]
                                 command [command ...]
            """;

    private static final String HELP = """

            Connect to TCPNetLock server and tries to get the lock. If lock IS GRANTED,
            the client executes the command provided by the user. If the lock IS NOT
            GRANTED, we exits with status 123. The following environment variables are
            used: TCPNETLOCK_HOST, TCPNETLOCK_PORT and TCPNETLOCK_CLIENT_ID.

            positional arguments:
              command               Command to execute (if lock is granted)

            options:
              -h, --help            show this help message and exit
              --lock-name LOCK_NAME
                                    Name of the lock to acquire (default: derived from
                                    the command)
              --host HOST
              --port PORT
              --retry RETRY         How many times retry getting the lock (defauls 0, do
                                    not retry)
              --retry-wait RETRY_WAIT
                                    How many seconds wait between tries
              --client-id CLIENT_ID
                                    Client id to report to the server
              --keep-alive
              --keep-alive-secs KEEP_ALIVE_SECS
                                    Seconds between keep-alives, at least 1
              --shell               Invoke the command with a shell (useful if you're
                                    using piping or redirecting)
              --debug
              --info

            A lock that is not granted is silent unless --info is given.

            If the server is lost while the command runs, the command and all processes
            it started get TERM, and KILL 5 seconds later. INT, TERM and HUP are passed on
            to the command; the lock is held until it has ended, and what it left behind
            then is stopped in the same way. Not found are descendants that cleared their
            environment and whose parent ended.

            exit status: that of the command, 128+n if it died of signal n; 2 wrong usage;
            122 server lost while the command ran; 123 lock not granted; 124 interrupted
            (Ctrl-C); 125 no connection to the server; 126 command cannot be executed;
            127 command not found; 129 after HUP; 143 after TERM.
            """;

    /** @throws UsageException if help is asked for, or anything on the command line or in the environment is wrong */
    static DoOptions of(ArgParser args, Map<String, String> environment) {
        long retries = args.number("--retry", "0", 0);
        long retryWait = args.number("--retry-wait", "10", 0);
        // 0 would be a loop without a pause.
        long keepAlive = args.number("--keep-alive-secs", "15", 1);
        List<String> command = args.operands("command");
        Endpoint server = Endpoint.of(args, environment);
        boolean shell = args.has("--shell");
        if (shell && command.size() != 1) {
            throw args.error("When invoking with --shell, you should provide a SINGLE command. "
                    + "If you're having problems to achieve that, try wrapping it with quotes.");
        }
        requireRepresentable(command, args);
        return new DoOptions(
                server,
                lockName(args, command),
                command,
                shell,
                retries,
                Duration.ofSeconds(retryWait),
                args.has("--keep-alive") ? Optional.of(Duration.ofSeconds(keepAlive)) : Optional.empty());
    }

    static ArgParser parser() {
        return new ArgParser("tcpnetlock_do", USAGE, HELP, Integer.MAX_VALUE)
                .values("--lock-name", "--host", "--port", "--retry", "--retry-wait", "--client-id")
                .flags("--keep-alive")
                .values("--keep-alive-secs")
                .flags("--shell", "--debug", "--info");
    }

    private static String lockName(ArgParser args, List<String> command) {
        String name = args.value("--lock-name").orElse("");
        if (name.isEmpty()) {
            String derived = Names.fromCommand(command);
            if (derived.isEmpty()) {
                throw args.error("Couldn't create a lock name from the command. "
                        + "You must specify the lock name with --lock-name");
            }
            return derived;
        }
        if (!Names.isLockName(name)) {
            throw args.error("Lock name is invalid: '" + OneLine.of(name) + "'");
        }
        return name;
    }

    /**
     * Java decodes its arguments by the locale. What the locale cannot represent has become U+FFFD by now, and the
     * command would get other arguments than the user wrote, other file names for instance.
     */
    private static void requireRepresentable(List<String> command, ArgParser args) {
        for (String word : command) {
            if (word.indexOf('\uFFFD') >= 0) {
                throw args.error("the locale cannot represent the argument '" + OneLine.of(word)
                        + "'; set LC_ALL to one that can, such as C.UTF-8");
            }
        }
    }
}
