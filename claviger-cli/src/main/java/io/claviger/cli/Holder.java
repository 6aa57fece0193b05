package io.claviger.cli;

import io.claviger.DeadlockException;
import io.claviger.Lease;
import io.claviger.LeaseLostException;
import io.claviger.LockClient;
import io.claviger.LossReason;
import io.claviger.MultiLease;
import io.claviger.MultiLock;
import io.claviger.RejectedException;
import io.claviger.cli.process.Signals;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The way of {@code run} and {@code hold} to their locks and back: connects, waits, tells of losses and signals through one
 * queue, and releases. Its methods are called by one thread.
 */
final class Holder implements AutoCloseable {
    /** How long a withdrawal or a release may take before we leave it to the end of the session. */
    private static final Duration GIVE_BACK_LIMIT = Duration.ofSeconds(5);

    private final Wanted wanted;
    private final Consumer<String> say;
    private final BlockingQueue<HolderEvent> events = new LinkedBlockingQueue<>();
    private volatile @Nullable LockClient client;

    /** @param say prints a line for the user */
    Holder(Wanted wanted, Consumer<String> say) {
        this.wanted = wanted;
        this.say = say;
    }

    /** What happens from now on. */
    BlockingQueue<HolderEvent> events() {
        return events;
    }

    /**
     * Connects and takes all the locks.
     *
     * <p><b>Blocks</b> until they are held. A signal meanwhile withdraws the request.
     *
     * @throws EndedException if they are not held: nothing is left behind
     * @throws BadOptionException if an option turned out to be wrong
     */
    MultiLease acquire(Connection connection, Surroundings surroundings) throws EndedException, InterruptedException {
        surroundings.signals().accept(kind -> events.add(new HolderEvent.Signalled(kind)));
        Thread asking = new Thread(() -> ask(connection, surroundings.opener()), "acquire");
        asking.setDaemon(true);
        asking.start();
        HolderEvent event = events.take();
        if (event instanceof HolderEvent.Signalled signalled) {
            asking.interrupt();
            if (client != null) {
                asking.join(GIVE_BACK_LIMIT.toMillis());
            }
            throw new EndedException(signalled.signal().status());
        }
        if (event instanceof HolderEvent.Failed failed) {
            throw failed(failed.failure());
        }
        Optional<MultiLease> granted = ((HolderEvent.Answered) event).leases();
        if (granted.isEmpty()) {
            LockClient asked = client;
            say.accept(
                    asked != null && connection.isTable()
                            ? NotGranted.onTable(wanted, asked)
                            : NotGranted.onServer(wanted));
            throw new EndedException(Statuses.NOT_GRANTED);
        }
        MultiLease leases = granted.get();
        for (Lease lease : leases.leases()) {
            lease.onLost(reason -> events.add(new HolderEvent.Lost(lease.name(), reason)));
        }
        return leases;
    }

    private void ask(Connection connection, Connection.Opener opener) {
        try {
            LockClient opened = opener.open(connection);
            client = opened;
            if (Thread.currentThread().isInterrupted()) {
                // Nobody waits for us to take back what we would ask for.
                return;
            }
            MultiLock locks = wanted.of(opened);
            Optional<Duration> limit = wanted.waitLimit();
            events.add(new HolderEvent.Answered(
                    limit.isPresent() ? locks.acquire(limit.get()) : Optional.of(locks.acquire())));
        } catch (InterruptedException e) {
            // Only a signal interrupts us, and whoever took that from the queue waits for nothing more.
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            events.add(new HolderEvent.Failed(e));
        } catch (Error e) {
            // Else the main thread would wait for ever.
            events.add(new HolderEvent.Failed(new IllegalStateException(e.toString(), e)));
        }
    }

    private EndedException failed(RuntimeException failure) {
        if (failure instanceof BadOptionException bad) {
            throw bad;
        }
        if (failure instanceof IllegalArgumentException || failure instanceof UnsupportedOperationException) {
            throw new BadOptionException(OptionValue.printable(String.valueOf(failure.getMessage())));
        }
        String message = OptionValue.printable(String.valueOf(failure.getMessage()));
        if (failure instanceof LeaseLostException) {
            say.accept(message + (wanted.names().size() == 1 ? "" : " while waiting for the others"));
            return new EndedException(Statuses.LOST);
        }
        if (client != null && failure instanceof RejectedException) {
            boolean otherKind =
                    wanted.isPlain() && !(failure instanceof DeadlockException) && message.contains("capacity");
            say.accept(message
                    + (otherKind
                            ? "; a reader-writer lock takes --shared or --exclusive, a semaphore --capacity"
                            : ""));
            return new EndedException(Statuses.NOT_GRANTED);
        }
        say.accept(message);
        return new EndedException(Statuses.NO_SERVER);
    }

    /** The signal, if one came that nobody has taken from the queue yet. */
    Optional<Signals.Kind> pendingSignal() {
        return events.stream()
                .filter(HolderEvent.Signalled.class::isInstance)
                .map(event -> ((HolderEvent.Signalled) event).signal())
                .findFirst();
    }

    /**
     * Gives all the locks back, the last taken first.
     *
     * <p><b>Blocks</b> until that is confirmed, but not for long.
     *
     * @param doing what the locks were held for, as a message names it
     * @return whether all of them were held until now
     */
    boolean release(MultiLease leases, String doing) throws InterruptedException {
        long end = System.nanoTime() + GIVE_BACK_LIMIT.toNanos();
        boolean held = true;
        List<Lease> all = leases.leases();
        for (int i = all.size() - 1; i >= 0; i--) {
            Lease lease = all.get(i);
            CompletableFuture<Void> released = lease.releaseAsync();
            try {
                released.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
            } catch (ExecutionException e) {
                if (e.getCause() instanceof LeaseLostException lost) {
                    held = false;
                    say.accept(lost(lease.name(), lost.reason()) + " before " + doing + " ended");
                } else {
                    unconfirmed(
                            lease.name(),
                            String.valueOf(
                                    e.getCause() == null ? e : e.getCause().getMessage()));
                }
            } catch (TimeoutException e) {
                unconfirmed(lease.name(), "no answer within " + Durations.format(GIVE_BACK_LIMIT));
            }
        }
        return held;
    }

    private void unconfirmed(String name, String problem) {
        say.accept("WARNING: the release of '" + OptionValue.printable(name) + "' was not confirmed: "
                + OptionValue.printable(problem));
    }

    /** What the user reads about a lost lock, without the end of the sentence. */
    static String lost(String name, LossReason reason) {
        return "lost '" + OptionValue.printable(name) + "' ("
                + switch (reason) {
                    case EXPIRED -> "its lease was not renewed in time";
                    case REVOKED -> "an administrator took it back";
                    case RELEASED -> "someone else who knew its key released it";
                    case CLIENT_CLOSED -> "the client was closed";
                    case SESSION_LOST -> "the server does not know the session any more";
                    case SERVER_UNREACHABLE -> "the server was not reached in time to renew it";
                    case SUSPENDED -> "this process or machine stood still for too long";
                }
                + ")";
    }

    /** Ends the session, and with it whatever is still held or waited for. */
    @Override
    public void close() {
        LockClient opened = client;
        if (opened != null) {
            opened.close();
        }
    }
}
