package io.claviger.client.ldlm;

import io.claviger.LossReason;
import io.claviger.client.ServerAddress;
import io.claviger.local.SystemTime;
import io.claviger.spi.Callbacks;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;

/** Builds an {@link LdlmClient}. Not thread-safe. */
public final class LdlmClientBuilder {
    /** Retries without limit. */
    public static final int ENDLESS_RETRIES = -1;

    /** How long to wait before a call is repeated unless told otherwise: 5 s. */
    public static final Duration DEFAULT_RETRY_DELAY = Duration.ofSeconds(5);

    private static final Duration LONGEST = Duration.ofDays(1);

    private final ServerAddress server;
    private Optional<String> password = Optional.empty();
    private Optional<LdlmTls> tls = Optional.empty();
    private int retries = ENDLESS_RETRIES;
    private Duration retryDelay = DEFAULT_RETRY_DELAY;
    private boolean autoRenewLocks = true;
    private RenewalRule renewalRule = RenewalRule.EVERY_THIRD;
    private Duration lockTimeout = Duration.ZERO;
    private Optional<Duration> rpcDeadline = Optional.empty();
    private boolean locksOutliveConnection;
    private BiConsumer<LdlmLock, LossReason> onLost = (lock, reason) -> {};
    private Executor executor = Callbacks.defaultExecutor();

    LdlmClientBuilder(String address) {
        this.server = ServerAddress.parse(address);
    }

    /**
     * Sets the password. Without {@link #tls} everybody on the way can read it; the client warns if the way is longer than this
     * machine.
     *
     * @throws IllegalArgumentException if it is empty, or has other characters than those of ASCII from the blank on, since LDLM
     *     has no way to send them
     */
    public LdlmClientBuilder password(String secret) {
        if (secret.isEmpty() || !secret.chars().allMatch(c -> c >= ' ' && c <= '~')) {
            throw new IllegalArgumentException("a password has 1 or more printable characters of ASCII, but this has "
                    + (secret.isEmpty() ? "none" : "others, which LDLM cannot send"));
        }
        this.password = Optional.of(secret);
        return this;
    }

    /** Encrypts the connection; {@link LdlmTls#SYSTEM} trusts whom this Java trusts. */
    public LdlmClientBuilder tls(LdlmTls files) {
        this.tls = Optional.of(files);
        return this;
    }

    /**
     * Sets how often a call is repeated while the server is unavailable; unless it is set, without limit. What cannot succeed
     * later, such as a wrong password, is not repeated.
     *
     * @param times 0 = never, {@link #ENDLESS_RETRIES} = without limit
     * @throws IllegalArgumentException if it is below
     */
    public LdlmClientBuilder retries(int times) {
        if (times < ENDLESS_RETRIES) {
            throw new IllegalArgumentException("retries are 0 or more, or -1 for no limit, but these are " + times);
        }
        this.retries = times;
        return this;
    }

    /**
     * Sets how long to wait before a call is repeated; {@link #DEFAULT_RETRY_DELAY} unless it is set.
     *
     * @throws IllegalArgumentException if it is not above zero, or longer than a day
     */
    public LdlmClientBuilder retryDelay(Duration delay) {
        this.retryDelay = limited("a retry delay", delay);
        return this;
    }

    /** Has locks with a timeout renewed in the background, which is what it does unless told otherwise. */
    public LdlmClientBuilder autoRenewLocks(boolean renew) {
        this.autoRenewLocks = renew;
        return this;
    }

    /** The same as {@link #autoRenewLocks}, under its name before version 1.1 of LDLM's clients. */
    public LdlmClientBuilder autoRefreshLocks(boolean refresh) {
        return autoRenewLocks(refresh);
    }

    /** Sets when locks are renewed in the background; {@link RenewalRule#EVERY_THIRD} unless it is set. */
    public LdlmClientBuilder renewalRule(RenewalRule rule) {
        this.renewalRule = rule;
        return this;
    }

    /**
     * Sets the lock timeout of all locks whose options have none; zero, that is none, unless it is set.
     *
     * @param time in whole seconds
     * @throws IllegalArgumentException if it is negative, above 2,147,483,647 s, or not in whole seconds
     */
    public LdlmClientBuilder lockTimeout(Duration time) {
        this.lockTimeout = WholeSeconds.checked("a lock timeout", time);
        return this;
    }

    /**
     * Sets how long one attempt of a call may go unanswered, beyond the time that it was asked to wait for a lock; without limit
     * unless it is set. An overdue call fails and is not repeated. To wait for a lock without limit has no deadline.
     *
     * @throws IllegalArgumentException if it is not above zero, or longer than a day
     */
    public LdlmClientBuilder rpcDeadline(Duration deadline) {
        this.rpcDeadline = Optional.of(limited("an RPC deadline", deadline));
        return this;
    }

    /**
     * Says that the server runs with {@code no_clear_on_disconnect}, so that a lost connection is not the loss of the locks that
     * were locked over it. Unless it is set, locks that are not renewed in the background are lost with their connection. Those
     * that are need no such word: the server says by the next renewal whether they are still held.
     */
    public LdlmClientBuilder locksOutliveConnection(boolean outlive) {
        this.locksOutliveConnection = outlive;
        return this;
    }

    /** Sets who is told of each lock that is lost, beside its own listeners, on the client's executor. */
    public LdlmClientBuilder onLost(BiConsumer<LdlmLock, LossReason> listener) {
        this.onLost = listener;
        return this;
    }

    /** Sets what runs listeners and dependent stages; 64 daemon threads of Claviger's unless it is set. */
    public LdlmClientBuilder executor(Executor runner) {
        this.executor = runner;
        return this;
    }

    /**
     * Returns the client. It connects with its first call, so a server that is down is no failure here.
     *
     * @throws IllegalArgumentException if a file of TLS cannot be used
     */
    public LdlmClient connect() {
        LdlmSettings settings = settings();
        LdlmClient.warnOfOpenPassword(settings);
        return new LdlmClient(settings, new LdlmLocks(settings, new GrpcWire(settings), SystemTime.INSTANCE));
    }

    LdlmSettings settings() {
        return new LdlmSettings(
                server,
                password,
                tls,
                retries,
                retryDelay,
                autoRenewLocks,
                renewalRule,
                lockTimeout,
                rpcDeadline,
                locksOutliveConnection,
                onLost,
                executor);
    }

    private static Duration limited(String what, Duration time) {
        if (time.isNegative() || time.isZero() || time.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(what + " is above 0 and at most a day, but this is " + time);
        }
        return time;
    }
}
