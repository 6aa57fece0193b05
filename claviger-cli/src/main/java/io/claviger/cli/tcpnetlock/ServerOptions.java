package io.claviger.cli.tcpnetlock;

/**
 * The command line of {@code tcpnetlock_server}. No environment variable takes part, as in the original.
 *
 * @param listen host to listen on; the empty text stands for all interfaces
 * @param port 0 to 65535; 0 is any free port
 * @param info whether to log from INFO on
 * @param debug whether to log from DEBUG on; wins over {@code info}
 */
public record ServerOptions(String listen, int port, boolean info, boolean debug) {
    private static final String USAGE = """
            usage: tcpnetlock_server [-h] [--listen LISTEN] [--port PORT] [--debug]
                                     [--info]
            """;
    private static final String HELP = """

            options:
              -h, --help       show this help message and exit
              --listen LISTEN
              --port PORT
              --debug
              --info

            exit status: 0 after .server-shutdown; 2 wrong usage or cannot start; 129 after
            HUP; 130 after INT; 143 after TERM.
            """;

    /** @throws UsageException if help is asked for, or an option, a value or an argument is wrong */
    public static ServerOptions parse(String... args) {
        ArgParser parser = new ArgParser("tcpnetlock_server", USAGE, HELP, 0)
                .values("--listen", "--port")
                .flags("--debug", "--info")
                .parse(args);
        int port = parser.port(Endpoint.DEFAULT_PORT);
        parser.requireRecognized();
        return new ServerOptions(
                parser.value("--listen").orElse(Endpoint.DEFAULT_HOST),
                port,
                parser.has("--info"),
                parser.has("--debug"));
    }
}
