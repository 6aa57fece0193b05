package io.claviger.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that uses a server, as declarations; {@link Connection} reads them. */
@SuppressWarnings({"UnusedVariable", "unused"}) // picocli and OptionSources read the declarations, nobody the fields.
final class ConnectionOptions {
    @Option(
            names = "--url",
            defaultValue = Connection.DEFAULT_URL,
            paramLabel = "URL",
            description =
                    "Where the locks are: claviger://HOST[:PORT][,HOST[:PORT]...] (default: ${DEFAULT-VALUE}), and for "
                            + "run and hold also dynamodb:TABLE[?region=R&endpoint=URL&layout=native|lynk|dynalock...], for kv "
                            + "with layout=dynalock. May also stand before the command's name.")
    private @Nullable String url;

    @Option(
            names = "--connect-timeout",
            paramLabel = "DURATION",
            description =
                    "How long to try to reach the server or the table before giving up with status 125 (default: 5s).")
    private @Nullable String connectTimeout;

    @Option(
            names = "--tls",
            arity = OptionValue.FLAG_ARITY,
            preprocessor = AttachedFlag.class,
            fallbackValue = "true",
            paramLabel = OptionValue.TRUE_OR_FALSE,
            description =
                    "Encrypt the connection and check the server's certificate. Implied by the other --tls options.")
    private @Nullable String tls;

    @Option(
            names = "--tls-ca",
            paramLabel = "FILE",
            description = "Certificates (PEM) of the authorities to trust instead of the system's.")
    private @Nullable String tlsCa;

    @Option(
            names = "--tls-cert",
            paramLabel = "FILE",
            description = "Our own certificate (PEM), for a server that asks for one. Needs --tls-key.")
    private @Nullable String tlsCert;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "The private key (PEM) of --tls-cert.")
    private @Nullable String tlsKey;

    @Option(
            names = "--password",
            paramLabel = "PASSWORD",
            description = "The server's password. Others can read it in the process list: prefer --password-file.")
    private @Nullable String password;

    @Option(names = "--password-file", paramLabel = "FILE", description = "A file whose first line is the password.")
    private @Nullable String passwordFile;
}
