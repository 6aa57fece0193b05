package io.claviger.cli;

import io.claviger.LockClient;
import io.claviger.LockOptions;
import io.claviger.dynamodb.DynamoConfig;
import java.time.Duration;

/** Opens clients of DynamoDB tables. A class of its own, so that whoever uses a server does not load what AWS needs. */
final class DynamoOpener {
    static final String SCHEME = "dynamodb:";

    /** As for servers. */
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    /** Two renewals can fail before a command must be told to end. */
    private static final int GRACES_PER_LEASE = 3;

    private DynamoOpener() {}

    /**
     * Opens a client. <b>Blocks</b> until the table has been looked at.
     *
     * @throws BadOptionException if an option is wrong, or goes with a server only
     * @throws io.claviger.ClavigerException if the table could not be reached, or cannot be used
     */
    static LockClient open(Connection connection) {
        refuseOptionsOfServers(connection);
        DynamoConfig config;
        try {
            config = DynamoConfig.parse(connection.url().text());
        } catch (IllegalArgumentException e) {
            throw connection
                    .url()
                    .bad("is no place of locks: " + OptionValue.printable(String.valueOf(e.getMessage())));
        }
        DynamoConfig.Builder builder = config.toBuilder().program(connection.program());
        try {
            builder.connectTimeout(connection.connectTimeout().orElse(CONNECT_TIMEOUT));
        } catch (IllegalArgumentException e) {
            throw new BadOptionException("--connect-timeout: " + e.getMessage());
        }
        return builder.lease(lease(connection, config)).build().connect();
    }

    private static void refuseOptionsOfServers(Connection connection) {
        refuse("--tls, --tls-ca, --tls-cert and --tls-key", connection.tls(), "whose endpoint says https or http");
        boolean password =
                connection.password().isPresent() || connection.passwordFile().isPresent();
        refuse("--password and --password-file", password, "which wants credentials of AWS");
        refuse(
                "--session-ttl",
                connection.sessionTtl().isPresent(),
                "which keeps no sessions; --lease says how long a lock outlives its holder");
    }

    private static void refuse(String options, boolean given, String reason) {
        if (given) {
            throw new BadOptionException(
                    options + " (CLAVIGER_" + variable(options) + ") " + (options.contains(" and ") ? "go" : "goes")
                            + " with a server, not with a DynamoDB table, " + reason);
        }
    }

    private static String variable(String options) {
        String first = options.split("[, ]", 2)[0].substring("--".length());
        return first.replace('-', '_').toUpperCase(java.util.Locale.ROOT) + (options.contains(" and ") ? "…" : "");
    }

    /** A command must get its grace while the lock is held. An address that says nothing of leases leaves that to us. */
    private static Duration lease(Connection connection, DynamoConfig config) {
        Duration lease = config.lease();
        if (connection.lease().isPresent()) {
            return lease;
        }
        Duration wished = connection.grace().multipliedBy(GRACES_PER_LEASE);
        if (lease.equals(DynamoConfig.DEFAULT_LEASE) && wished.compareTo(lease) > 0) {
            lease = wished.compareTo(LockOptions.MAX_LEASE) < 0 ? wished : LockOptions.MAX_LEASE;
        }
        if (connection.grace().compareTo(lease) >= 0) {
            throw new BadOptionException("--grace: " + Durations.format(connection.grace())
                    + " is not shorter than the lease of " + Durations.format(lease));
        }
        return lease;
    }
}
