package io.claviger.cli;

import io.claviger.LockClient;
import java.time.Duration;
import java.util.Optional;

/**
 * Where the locks are and how to get there, from all sources and checked as far as one option alone can be.
 *
 * @param url the option's value, for messages that name it
 * @param tls whether TLS is asked for by an option; the URL may do so as well
 * @param sessionTtl zero = the session is bound to the connection; empty = the client's default, and so for commands that
 *     have no such option
 * @param lease what the locks are to have; empty = what the place of the locks gives them
 * @param grace zero for all but {@code run}, see {@link #withGrace}
 * @param program which command of ours this is, for those who ask who holds a lock
 */
record Connection(
        OptionValue url,
        boolean tls,
        Optional<OptionValue> tlsCa,
        Optional<OptionValue> tlsCert,
        Optional<OptionValue> tlsKey,
        Optional<OptionValue> password,
        Optional<OptionValue> passwordFile,
        Optional<Duration> sessionTtl,
        Optional<Duration> connectTimeout,
        Optional<Duration> lease,
        Duration grace,
        String program) {
    static final String DEFAULT_URL = "claviger://localhost:3144";

    /** How a client is opened. Tests open others. */
    interface Opener {
        /**
         * Opens a client. <b>Blocks</b> until it is connected.
         *
         * @throws BadOptionException if an option is wrong
         * @throws io.claviger.ClavigerException if no server could be reached, or it refuses us
         */
        LockClient open(Connection connection);
    }

    /** @throws BadOptionException if a value is bad */
    static Connection of(OptionSources sources) {
        Optional<OptionValue> cert = sources.get("tls-cert");
        Optional<OptionValue> key = sources.get("tls-key");
        if (cert.isPresent() != key.isPresent()) {
            throw cert.or(() -> key)
                    .orElseThrow()
                    .bad("needs " + (cert.isPresent() ? "--tls-key" : "--tls-cert") + " as well");
        }
        Optional<OptionValue> password = sources.get("password");
        Optional<OptionValue> passwordFile = sources.get("password-file");
        if (password.isPresent() && passwordFile.isPresent()) {
            throw passwordFile.get().bad("cannot be given beside --password");
        }
        Optional<OptionValue> ca = sources.get("tls-ca");
        Optional<OptionValue> tls = sources.get("tls");
        boolean files = ca.isPresent() || cert.isPresent();
        if (files && tls.isPresent() && !tls.get().flag()) {
            throw tls.get().bad("contradicts " + (ca.isPresent() ? "--tls-ca" : "--tls-cert"));
        }
        Optional<OptionValue> connectTimeout = sources.get("connect-timeout");
        connectTimeout.filter(value -> value.duration().isZero()).ifPresent(value -> {
            throw value.bad("is no time to connect in; the default is 5s");
        });
        return new Connection(
                sources.require("url"),
                files || tls.map(OptionValue::flag).orElse(false),
                ca,
                cert,
                key,
                password,
                passwordFile,
                sources.get("session-ttl").map(OptionValue::duration),
                connectTimeout.map(OptionValue::duration),
                sources.get("lease").map(OptionValue::duration),
                Duration.ZERO,
                sources.commandName());
    }

    /** Whether the locks are in a DynamoDB table. */
    boolean isTable() {
        return url.text().startsWith(DynamoOpener.SCHEME);
    }

    /**
     * The same, for a command that needs so much time between TERM and KILL: the session must live twice as long at least.
     *
     * @throws BadOptionException if a session that lives shorter is asked for
     */
    Connection withGrace(OptionValue value) {
        Duration time = value.duration();
        sessionTtl
                .filter(ttl -> !ttl.isZero() && ttl.compareTo(time.multipliedBy(2)) < 0)
                .ifPresent(ttl -> {
                    throw value.bad("is more than half the session's time to live of " + Durations.format(ttl));
                });
        return new Connection(
                url,
                tls,
                tlsCa,
                tlsCert,
                tlsKey,
                password,
                passwordFile,
                sessionTtl,
                connectTimeout,
                lease,
                time,
                program);
    }

    /** The same, with a session that ends with its connection. */
    Connection boundToConnection() {
        return new Connection(
                url,
                tls,
                tlsCa,
                tlsCert,
                tlsKey,
                password,
                passwordFile,
                Optional.of(Duration.ZERO),
                connectTimeout,
                lease,
                grace,
                program);
    }
}
