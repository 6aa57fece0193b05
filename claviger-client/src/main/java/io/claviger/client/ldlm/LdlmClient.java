package io.claviger.client.ldlm;

import static io.claviger.client.ldlm.LdlmCalls.LOG;

import io.claviger.client.ServerAddress;
import io.claviger.engine.Limits;
import io.claviger.spi.Callbacks;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A client of LDLM: it speaks {@code ldlm.LDLM} to Claviger and to original servers of every version. Whoever begins anew with
 * Claviger has more from {@link io.claviger.LockClient}; this one is for servers of LDLM, and for programs that come from LDLM's
 * clients. Example:
 *
 * <pre>{@code
 * try (LdlmClient client = LdlmClient.connect("localhost:3144")) {
 *     try (LdlmLockContext lock = client.lockContext("my-task")) {
 *         lock.onLost(reason -> worker.cancel());
 *         worker.perform("my-task");
 *     }
 * }
 * }</pre>
 *
 * <p>Thread-safe. A client has a connection of its own, made with the first call, and keeps it while nothing is called. When it
 * is closed the connection ends, and with it all locks, as when the process ends: it has daemon threads only.
 *
 * <p><b>A lock is lost</b> when the server says that it is not held any more, when its timeout runs out without a renewal that
 * succeeded, and with its connection (but see {@link LdlmClientBuilder#locksOutliveConnection}). Then its listeners are told,
 * {@link LdlmLock#isLocked} is false, and a warning is logged. An original server may have granted the lock to another before
 * that, when the connection broke, and only a fencing token protects against it.
 *
 * <p><b>Failures.</b> What a server refuses is an {@link LdlmException} with its code, and is not repeated. While the server is
 * unavailable a call is repeated, {@link LdlmClientBuilder#retries} times. If it still is, or an answer does not come in time, it
 * fails with {@link LdlmUnavailableException}, which says whether it was perhaps done; if it will not let this client in, at once
 * with {@link LdlmRefusedException}. Blocking methods wait through all repetitions; after {@link #close} all throw
 * {@link IllegalStateException}.
 */
public final class LdlmClient implements AutoCloseable {
    private final LdlmSettings settings;
    private final LdlmLocks locks;

    LdlmClient(LdlmSettings settings, LdlmLocks locks) {
        this.settings = settings;
        this.locks = locks;
    }

    /**
     * Returns a client with all defaults, in plain text. It connects with its first call, so a server that is down is no failure.
     *
     * @param address {@code host}, {@code host:port} or {@code [IPv6 address]:port}; the port is 3144 unless given
     * @throws IllegalArgumentException if it is none of these
     */
    public static LdlmClient connect(String address) {
        return builder(address).connect();
    }

    /** Returns a builder of a client with all defaults, for an address as {@link #connect} takes it. */
    public static LdlmClientBuilder builder(String address) {
        return new LdlmClientBuilder(address);
    }

    /** As {@link #lock(String, LdlmOptions)} with {@link LdlmOptions#DEFAULT}: the lock that is returned is locked. */
    public LdlmLock lock(String name) throws InterruptedException {
        return lock(name, LdlmOptions.DEFAULT);
    }

    /**
     * Locks, waiting until it is granted, or for the wait timeout.
     *
     * <p><b>Blocks</b> until granted or given up. <b>Order.</b> Claviger grants in the order of arrival; original servers nearly do.
     *
     * <p><b>Effect.</b> The server makes the key, so a call that is repeated because its answer was lost cannot be recognized. A
     * server unlocks what the former attempt got when that attempt's connection ends. One that runs with
     * {@code no_clear_on_disconnect} keeps it until its lock timeout, or for ever without one, and the repetition waits for it:
     * give such locks a timeout. The wait timeout begins anew with each repetition. A lock that had to be waited for, and has a
     * lock timeout, is renewed once before it is returned, so that it is known for how long it is held.
     *
     * <p><b>Cancelling.</b> An interrupt withdraws the request; if it was granted meanwhile it is unlocked. If the grant crosses
     * the withdrawal on the wire, an original server may keep it until the connection ends.
     *
     * @return a lock that is locked, or one that is not if the wait timeout has passed
     * @throws LockSizeMismatchException if the name is in use with another size: not done
     * @throws LdlmException if the server refuses for another reason, or does not answer: see the class
     * @throws IllegalArgumentException if the name is not well-formed Unicode: not done
     */
    public LdlmLock lock(String name, LdlmOptions options) throws InterruptedException {
        return Waiting.interruptibly(locks.lock(checked(name), options, LdlmLock::new));
    }

    /** As {@link #lock(String)}, without blocking. */
    public CompletableFuture<LdlmLock> lockAsync(String name) {
        return lockAsync(name, LdlmOptions.DEFAULT);
    }

    /**
     * As {@link #lock(String, LdlmOptions)}, without blocking; the future fails with what {@code lock} throws.
     *
     * <p><b>Cancelling.</b> To cancel the future withdraws the request, as an interrupt does.
     */
    public CompletableFuture<LdlmLock> lockAsync(String name, LdlmOptions options) {
        return handedOver(locks.lock(checked(name), options, LdlmLock::new));
    }

    /** As {@link #tryLock(String, LdlmOptions)} with {@link LdlmOptions#DEFAULT}. */
    public LdlmLock tryLock(String name) throws InterruptedException {
        return tryLock(name, LdlmOptions.DEFAULT);
    }

    /**
     * Locks if that is possible at once.
     *
     * <p><b>Blocks</b> until the server answered. Repetitions and cancelling are as in {@link #lock(String, LdlmOptions)}.
     *
     * @param options without a wait timeout, since a try does not wait
     * @return a lock that is locked, or one that is not if others hold it
     * @throws LockSizeMismatchException if the name is in use with another size: not done
     * @throws LdlmException if the server refuses for another reason, or does not answer: see the class
     * @throws IllegalArgumentException if there is a wait timeout, or the name is not well-formed Unicode: not done
     */
    public LdlmLock tryLock(String name, LdlmOptions options) throws InterruptedException {
        return Waiting.interruptibly(locks.tryLock(checked(name), withoutWait(options), LdlmLock::new));
    }

    /** As {@link #tryLock(String)}, without blocking. */
    public CompletableFuture<LdlmLock> tryLockAsync(String name) {
        return tryLockAsync(name, LdlmOptions.DEFAULT);
    }

    /** As {@link #tryLock(String, LdlmOptions)}, without blocking; the future fails with what {@code tryLock} throws. */
    public CompletableFuture<LdlmLock> tryLockAsync(String name, LdlmOptions options) {
        return handedOver(locks.tryLock(checked(name), withoutWait(options), LdlmLock::new));
    }

    /** As {@link #lockContext(String, LdlmOptions)} with {@link LdlmOptions#DEFAULT}: it is locked. */
    public LdlmLockContext lockContext(String name) throws InterruptedException {
        return lockContext(name, LdlmOptions.DEFAULT);
    }

    /** As {@link #lock(String, LdlmOptions)}, for a try-with-resources, whose end unlocks if it was locked. */
    public LdlmLockContext lockContext(String name, LdlmOptions options) throws InterruptedException {
        return Waiting.interruptibly(locks.lock(checked(name), options, LdlmLockContext::new));
    }

    /** As {@link #lockContext(String, LdlmOptions)}, without blocking; cancelling is as in {@link #lockAsync}. */
    public CompletableFuture<LdlmLockContext> lockContextAsync(String name, LdlmOptions options) {
        return handedOver(locks.lock(checked(name), options, LdlmLockContext::new));
    }

    /** As {@link #tryLockContext(String, LdlmOptions)} with {@link LdlmOptions#DEFAULT}. */
    public LdlmLockContext tryLockContext(String name) throws InterruptedException {
        return tryLockContext(name, LdlmOptions.DEFAULT);
    }

    /** As {@link #tryLock(String, LdlmOptions)}, for a try-with-resources, whose end unlocks if it was locked. */
    public LdlmLockContext tryLockContext(String name, LdlmOptions options) throws InterruptedException {
        return Waiting.interruptibly(locks.tryLock(checked(name), withoutWait(options), LdlmLockContext::new));
    }

    /** As {@link #tryLockContext(String, LdlmOptions)}, without blocking; cancelling is as in {@link #lockAsync}. */
    public CompletableFuture<LdlmLockContext> tryLockContextAsync(String name, LdlmOptions options) {
        return handedOver(locks.tryLock(checked(name), withoutWait(options), LdlmLockContext::new));
    }

    /**
     * Unlocks what this client or another has locked, and stops its renewals if it was this one.
     *
     * <p><b>Blocks</b> until the server answered; never behind a renewal. A thread that is interrupted waits two more seconds.
     *
     * <p><b>Effect.</b> If the answer was lost and the repetition finds nothing to unlock, then it was unlocked: by the former
     * attempt, or with its connection.
     *
     * @param key the lock's
     * @throws LockDoesNotExistException if nobody holds a lock of that name: not done
     * @throws InvalidLockKeyException if it is not held under that key, perhaps not any more: not done
     * @throws NotLockedException if a server of version 1.0 says one of these: not done
     * @throws LdlmException if the server refuses for another reason, or does not answer: see the class
     */
    public void unlock(String name, String key) {
        Waiting.seenThrough(locks.unlock(new LockKey(checked(name), key)));
    }

    /** As {@link #unlock}, without blocking; the future fails with what {@code unlock} throws. */
    public CompletableFuture<Void> unlockAsync(String name, String key) {
        return Callbacks.handOver(settings.executor(), locks.unlock(new LockKey(checked(name), key)));
    }

    /**
     * Restarts the timeout of a lock that this client or another has locked, with another value. If it was this one, renewals in
     * the background go on with that value.
     *
     * <p><b>Blocks</b> until the server answered. A thread that is interrupted waits two more seconds.
     *
     * @param key the lock's
     * @param lockTimeout in whole seconds, above zero
     * @return the lock; one that this client did not lock itself is not renewed in the background
     * @throws LockDoesNotExistOrInvalidKeyException if it is not held under that key any more, or has no lock timeout: not done
     * @throws LdlmException if the server refuses for another reason, or does not answer: see the class
     * @throws IllegalArgumentException if the time is not as it should be: not done
     */
    public LdlmLock renew(String name, String key, Duration lockTimeout) {
        return Waiting.seenThrough(locks.renew(new LockKey(checked(name), key), aboveZero(lockTimeout)));
    }

    /** As {@link #renew}, without blocking; the future fails with what {@code renew} throws. */
    public CompletableFuture<LdlmLock> renewAsync(String name, String key, Duration lockTimeout) {
        return Callbacks.handOver(
                settings.executor(), locks.renew(new LockKey(checked(name), key), aboveZero(lockTimeout)));
    }

    /** The same as {@link #renew}, under its name before version 1.1 of LDLM's clients. */
    public LdlmLock refreshLock(String name, String key, Duration lockTimeout) {
        return renew(name, key, lockTimeout);
    }

    /** The same as {@link #renewAsync}. */
    public CompletableFuture<LdlmLock> refreshLockAsync(String name, String key, Duration lockTimeout) {
        return renewAsync(name, key, lockTimeout);
    }

    /**
     * Ends the connection, upon which the server unlocks what was locked over it. Calls under way fail, and who listens for the
     * loss of a lock is told. Closing it again does nothing.
     *
     * <p><b>Blocks</b> until the connection is closed, at most for two seconds.
     */
    @Override
    public void close() {
        locks.close();
    }

    /** Does not show the password. */
    @Override
    public String toString() {
        return "LdlmClient[" + settings.server() + "]";
    }

    private <L extends LdlmLock> CompletableFuture<L> handedOver(CompletableFuture<L> source) {
        CompletableFuture<L> target = new CompletableFuture<>();
        source.whenComplete((lock, failure) -> Callbacks.run(settings.executor(), () -> {
            if (failure != null) {
                target.completeExceptionally(LdlmLocks.unwrapped(failure));
            } else if (!target.complete(lock)) {
                lock.abandon();
            }
        }));
        target.whenComplete((lock, failure) -> {
            // Whoever ended it, nobody waits any more. A lock that was on its way here goes back now.
            if (failure != null && !source.cancel(true)) {
                source.thenAccept(LdlmLock::abandon);
            }
        });
        return target;
    }

    private static String checked(String name) {
        if (!Limits.isWellFormed(name, Integer.MAX_VALUE)) {
            throw new IllegalArgumentException("a lock name is well-formed Unicode, but this one has half a character");
        }
        return name;
    }

    private static LdlmOptions withoutWait(LdlmOptions options) {
        if (options.waitTimeout().isPresent() && !options.waitTimeout().get().isZero()) {
            throw new IllegalArgumentException("a try does not wait, but has a wait timeout of "
                    + options.waitTimeout().get() + "; lock() waits");
        }
        return options;
    }

    static Duration aboveZero(Duration lockTimeout) {
        Duration time = WholeSeconds.checked("a lock timeout", lockTimeout);
        if (time.isZero()) {
            throw new IllegalArgumentException("a lock is renewed for a lock timeout above 0, but this is 0");
        }
        return time;
    }

    static void warnOfOpenPassword(LdlmSettings settings) {
        if (settings.password().isPresent() && settings.tls().isEmpty() && !isThisMachine(settings.server())) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    () -> "the password for " + settings.server() + " is sent in plain text; use TLS");
        }
    }

    /** By its name alone: to ask a name server may take seconds. */
    private static boolean isThisMachine(ServerAddress server) {
        String host = server.host();
        return host.equals("localhost") || host.equals("::1") || host.matches("127(\\.[0-9]{1,3}){3}");
    }
}
