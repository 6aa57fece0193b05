package io.claviger.client;

import io.claviger.ClavigerException;
import io.claviger.IndeterminateException;
import io.claviger.RejectedException;
import io.claviger.UnavailableException;
import io.claviger.client.AdminChannel.FailedCall;
import io.claviger.engine.Limits;
import io.claviger.protocol.v1.AdminGrpc;
import io.claviger.protocol.v1.GetLockRequest;
import io.claviger.protocol.v1.GetStatusRequest;
import io.claviger.protocol.v1.ListLocksRequest;
import io.claviger.protocol.v1.ListLocksResponse;
import io.claviger.protocol.v1.ListSessionsRequest;
import io.claviger.protocol.v1.ListSessionsResponse;
import io.claviger.protocol.v1.UnlockRequest;
import io.grpc.Status.Code;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Looks at a server and takes grants back. It has no session and holds nothing. All records are what the server knew at one
 * moment, and may be out of date when they arrive; each page of a listing is of a moment of its own.
 *
 * <p><b>Blocks</b>: every method, until the server answers, for 30 s at most. Thread-safe. Opened by
 * {@link RemoteConfig#connectAdmin()}; stays with the server that answered then, to which it connects anew if the connection
 * was lost. Example:
 *
 * <pre>{@code
 * try (RemoteAdmin admin = RemoteConfig.parse("claviger://localhost:3144").connectAdmin()) {
 *     admin.lock("nightly").ifPresent(report -> System.out.println(report.lock().holders()));
 *     admin.unlock("nightly", RemoteAdmin.Grants.all(), RemoteAdmin.Urgency.WHEN_SAFE);
 * }
 * }</pre>
 *
 * <p>All methods throw {@link UnavailableException} if the server does not answer, and {@link RejectedException} if it refuses;
 * the message is one line.
 */
public final class RemoteAdmin implements AutoCloseable {
    /** The most names or sessions that a page has, and the most waiters that are told of one name. */
    public static final int MAX_PAGE = 1_000;

    /** When a grant that is taken back passes on. */
    public enum Urgency {
        /** When its holder has confirmed that it stopped, or its validity has ended. */
        WHEN_SAFE,
        /** At once, although its holder may still be at work. Only tokens protect then. */
        NOW
    }

    /** Which grants of a name. */
    public static final class Grants {
        private final Consumer<UnlockRequest.Builder> choice;

        private Grants(Consumer<UnlockRequest.Builder> choice) {
            this.choice = choice;
        }

        /** Returns the grant of an owner key, given as the text of a UUID. */
        public static Grants ofKey(String key) {
            return new Grants(request -> request.setKey(key));
        }

        /** Returns the grant with this token. */
        public static Grants ofToken(long token) {
            return new Grants(request -> request.setToken(token));
        }

        /** Returns all grants of the name; its waiters stay. */
        public static Grants all() {
            return new Grants(request -> request.setAll(true));
        }
    }

    /**
     * A name in use.
     *
     * @param capacity how many permits there are
     * @param available permits that nobody holds; a waiter may be waiting for more than these
     * @param holders the grants, the oldest token first
     * @param waiters the queue, the oldest first, cut to the number that was asked for
     * @param waiting how many wait, those that were cut included
     */
    public record Lock(
            String name, int capacity, int available, List<Claim> holders, List<Claim> waiters, int waiting) {
        /** The capacity of reader-writer locks, of which a reader takes 1 and a writer all. */
        public static final int READER_WRITER_CAPACITY = Limits.READ_WRITE_CAPACITY;
    }

    /**
     * A grant or a request that waits.
     *
     * @param session the id of its session, an unsigned number; without meaning if parked
     * @param label who the session is, for people
     * @param permits how many it holds or wants
     * @param token empty while it waits
     * @param age for how long it has held or waited, in whole seconds
     * @param leaseLeft empty = it has no lease
     * @param revoked whether an administrator took it back and its end is awaited
     * @param actor for whom it is; empty = not told
     * @param parked whether it was handed off and not adopted yet
     */
    public record Claim(
            long session,
            String label,
            int permits,
            OptionalLong token,
            Duration age,
            Optional<Duration> leaseLeft,
            boolean revoked,
            Optional<String> actor,
            boolean parked) {}

    /**
     * One step of a circle: who waits for which name.
     *
     * @param who an actor, or the label of a session
     */
    public record Wait(String who, String name) {}

    /**
     * A name in use, and whether those who wait for it seem to wait for each other.
     *
     * @param suspectedCycle who waits for what; empty = no circle is suspected
     */
    public record Report(Lock lock, List<Wait> suspectedCycle) {}

    /**
     * A live session.
     *
     * @param id an unsigned number
     * @param connectionBound whether it ends with its connection; else it has a time to live
     * @param attachment how often it was attached to
     * @param left when it ends unless renewed; empty = it does not end by time
     * @param claims how many grants and waiters it has
     */
    public record Session(
            long id,
            String label,
            boolean connectionBound,
            int attachment,
            Duration age,
            Optional<Duration> left,
            int claims) {}

    /** A front of the server, such as {@code grpc}, where it listens, and how many connections it has. */
    public record Front(String name, String address, int connections) {}

    /**
     * The server itself.
     *
     * @param durability what becomes of the state in a crash: {@code volatile} = it is gone
     * @param lastIndex the number of the newest command; its growth is the rate of commands
     * @param lastToken the newest token; its growth is the rate of grants
     * @param heapUsed in bytes
     * @param heapMax in bytes
     */
    public record ServerStatus(
            String version,
            Duration uptime,
            String durability,
            long lastIndex,
            long lastToken,
            int locks,
            int sessions,
            long holders,
            long waiters,
            List<Front> fronts,
            long heapUsed,
            long heapMax) {}

    /** Some of the locks, in the order of their names, and whether there are more behind. */
    public record LockPage(List<Lock> locks, boolean more) {}

    private final AdminChannel channel;

    private RemoteAdmin(AdminChannel channel) {
        this.channel = channel;
    }

    static RemoteAdmin connect(RemoteConfig config) {
        return new RemoteAdmin(AdminChannel.connect(config));
    }

    /** Returns the server that answers. */
    public ServerAddress server() {
        return channel.server();
    }

    /**
     * Returns a page of the names in use, without their waiters.
     *
     * @param prefix what the names begin with; empty = all
     * @param after the last name of the page before; empty = from the first
     * @param limit names at most, 1 to {@value #MAX_PAGE}; a page may have fewer although there are more
     */
    public LockPage locks(String prefix, String after, int limit) {
        ListLocksRequest request = ListLocksRequest.newBuilder()
                .setPrefix(prefix)
                .setAfter(after)
                .setLimit(limit)
                .build();
        ListLocksResponse page = ask("listing locks", stub -> stub.listLocks(request));
        return new LockPage(page.getLocksList().stream().map(AdminRecords::lock).toList(), page.getMore());
    }

    /**
     * Passes all names in use that begin with {@code prefix} to {@code each}, in their order, and holds one page of them in
     * memory. A name that comes into use meanwhile may be among them or not.
     */
    public void forEachLock(String prefix, Consumer<Lock> each) {
        String after = "";
        LockPage page;
        do {
            page = locks(prefix, after, MAX_PAGE);
            page.locks().forEach(each);
            after = page.locks().isEmpty()
                    ? after
                    : page.locks().get(page.locks().size() - 1).name();
        } while (page.more() && !page.locks().isEmpty());
    }

    /** Returns a name in use with up to {@value #MAX_PAGE} waiters; empty if nobody holds it or waits. */
    public Optional<Report> lock(String name) {
        GetLockRequest request = GetLockRequest.newBuilder()
                .setName(name)
                .setMaxWaiters(MAX_PAGE)
                .build();
        try {
            return Optional.of(AdminRecords.report(channel.call(stub -> stub.getLock(request))));
        } catch (FailedCall failed) {
            if (failed.status().getCode() == Code.NOT_FOUND) {
                return Optional.empty();
            }
            throw failure("looking at a lock", failed);
        }
    }

    /** Passes all live sessions to {@code each}, ordered by their ids as unsigned numbers. */
    public void forEachSession(Consumer<Session> each) {
        long after = 0;
        ListSessionsResponse page;
        do {
            ListSessionsRequest request = ListSessionsRequest.newBuilder()
                    .setAfter(after)
                    .setLimit(MAX_PAGE)
                    .build();
            page = ask("listing sessions", stub -> stub.listSessions(request));
            page.getSessionsList().forEach(session -> each.accept(AdminRecords.session(session)));
            int count = page.getSessionsCount();
            after = count == 0 ? after : page.getSessions(count - 1).getId();
        } while (page.getMore() && page.getSessionsCount() > 0);
    }

    /** Returns what the server says of itself. */
    public ServerStatus status() {
        return AdminRecords.status(
                ask("asking for the status", stub -> stub.getStatus(GetStatusRequest.getDefaultInstance())));
    }

    /**
     * Takes grants of a name back.
     *
     * <p><b>Effect:</b> the holders are told at once. The lock passes on as {@code urgency} says; a grant that was already taken
     * back may be so again with more urgency.
     *
     * @return how many grants were taken back; 0 if there was none
     * @throws UnavailableException if the server could not be asked; nothing was done
     * @throws IndeterminateException if no answer came; perhaps it was done. Asking again is harmless
     * @throws RejectedException if the key is no owner key, or the server refuses; nothing was done
     */
    public int unlock(String name, Grants grants, Urgency urgency) {
        UnlockRequest.Builder request = UnlockRequest.newBuilder().setName(name).setNow(urgency == Urgency.NOW);
        grants.choice.accept(request);
        try {
            return channel.call(stub -> stub.unlock(request.build())).getRevoked();
        } catch (FailedCall failed) {
            if (failed.isPerhapsDone()) {
                throw new IndeterminateException(
                        "no answer came, so perhaps the grants were taken back and perhaps not: "
                                + failed.ending().message());
            }
            throw failure("taking grants back", failed);
        }
    }

    /** Ends the connection. Closing twice is harmless. */
    @Override
    public void close() {
        channel.close();
    }

    private <T> T ask(String doing, AdminChannel.Call<AdminGrpc.AdminBlockingStub, T> call) {
        try {
            return channel.call(call);
        } catch (FailedCall failed) {
            throw failure(doing, failed);
        }
    }

    private static ClavigerException failure(String doing, FailedCall failed) {
        return switch (failed.status().getCode()) {
            case INVALID_ARGUMENT, FAILED_PRECONDITION, RESOURCE_EXHAUSTED, OUT_OF_RANGE ->
                new RejectedException(doing + " was refused: " + failed.status().getDescription());
            default ->
                failed.ending().refused()
                        ? new RejectedException(failed.ending().message())
                        : new UnavailableException(failed.ending().message());
        };
    }
}
