package io.claviger.client;

import io.claviger.ClavigerException;
import io.claviger.DeadlockException;
import io.claviger.FencingToken;
import io.claviger.IndeterminateException;
import io.claviger.Lease;
import io.claviger.LeaseLostException;
import io.claviger.LockOptions;
import io.claviger.LockOptions.Renewal;
import io.claviger.LossReason;
import io.claviger.RejectedException;
import io.claviger.UnavailableException;
import io.claviger.client.Ask.Cause;
import io.claviger.engine.OwnerKey;
import io.claviger.protocol.v1.Acquire;
import io.claviger.protocol.v1.Adopt;
import io.claviger.protocol.v1.Command;
import io.claviger.protocol.v1.Event;
import io.claviger.protocol.v1.HandOff;
import io.claviger.protocol.v1.Release;
import io.claviger.protocol.v1.Renew;
import io.claviger.protocol.v1.Withdraw;
import io.claviger.spi.AcquireRequest;
import io.claviger.spi.Callbacks;
import io.claviger.spi.HandOffText;
import io.claviger.spi.TimeSource;
import io.claviger.spi.Validity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A request from its asking to its end: first a future, then the lease that the future gave.
 *
 * <p>The state changes under this object's monitor; the session is asked and users are called outside it.
 */
final class RemoteLease implements Lease {
    /** After the limit of waiting, so long for the server to say how it ended; then the caller is told "perhaps". */
    private static final long WITHDRAWAL_NANOS = 1_000_000_000L;

    private enum State {
        WAITING,
        HELD,
        LOST,
        RELEASED,
        /** Never granted: withdrawn, refused, or the limit of waiting has passed. */
        ENDED
    }

    private final RemoteBackend backend;
    private final ClientSession session;
    private final long number;
    private final AcquireRequest request;
    private final long leaseNanos;
    private final CompletableFuture<Optional<Lease>> outcome = new CompletableFuture<>();

    /** All below are guarded by this. */
    private State state = State.WAITING;

    private OwnerKey key = Keys.next();
    private @Nullable Ask ask;
    private boolean queued;

    /** Whether the limit of waiting has passed. */
    private boolean withdrawing;

    private boolean forgotten;
    private @Nullable FencingToken token;
    private @Nullable Moment base;
    private @Nullable LossReason lossReason;
    private TimeSource.@Nullable Timer timer;
    private List<Consumer<LossReason>> listeners = List.of();
    private @Nullable CompletableFuture<Void> releasing;

    RemoteLease(RemoteBackend backend, long number, AcquireRequest request) {
        this.backend = backend;
        this.session = backend.session();
        this.number = number;
        this.request = request;
        this.leaseNanos = request.options().lease().map(Duration::toNanos).orElse(0L);
        outcome.whenComplete((lease, failure) -> {
            if (outcome.isCancelled()) {
                cancelled();
            }
        });
    }

    long number() {
        return number;
    }

    CompletableFuture<Optional<Lease>> outcome() {
        return outcome;
    }

    synchronized boolean isHeld() {
        return state == State.HELD;
    }

    // ------------------------------------------------------------------------------------------ asking

    /** Sends the request. */
    void ask() {
        begin(this::askServer);
        request.waitLimit()
                .ifPresent(limit -> setTimer(
                        this::limitPassed,
                        isTry() ? backend.config().connectTimeout().toNanos() : limit.toNanos()));
    }

    /** Asks to take over what was handed off. */
    void adopt(OwnerKey ticket) {
        begin(() -> submit(Command.newBuilder()
                .setAdopt(Adopt.newBuilder()
                        .setTicketHigh(ticket.high())
                        .setTicketLow(ticket.low())
                        .setKeyHigh(key.high())
                        .setKeyLow(key.low())
                        .setLeaseNanos(leaseNanos)
                        .setManualRenewal(isManual()))));
        setTimer(this::adoptionOverdue, backend.config().connectTimeout().toNanos());
    }

    private void begin(Runnable first) {
        // Known before it is asked for: a push may come before the answer.
        backend.remember(key, this);
        if (leaseNanos != 0 && !isManual()) {
            session.heart().track(leaseNanos);
        }
        if (backend.isClosed()) {
            clientClosed();
        } else {
            first.run();
        }
    }

    private void askServer() {
        Acquire.Builder acquire = Acquire.newBuilder()
                .setName(request.name())
                .setKeyHigh(key.high())
                .setKeyLow(key.low())
                .setPermits(request.permits())
                .setCapacity(request.capacity())
                .setLeaseNanos(leaseNanos)
                .setOnce(isTry())
                .setManualRenewal(isManual());
        request.options().actor().ifPresent(acquire::setActor);
        submit(Command.newBuilder().setAcquire(acquire));
    }

    private void submit(Command.Builder command) {
        Ask fresh;
        synchronized (this) {
            fresh = new Ask(command, new AskedFor(queued), session.now());
            // Known before it leaves, since its answer may be here before the call returns.
            ask = fresh;
        }
        session.submit(fresh);
    }

    /** What comes back for a request under a key. */
    private final class AskedFor implements Ask.Answer {
        /** Whether it was asked before: then nobody can say since when a grant counts. */
        private final boolean again;

        AskedFor(boolean again) {
            this.again = again;
        }

        @Override
        public void answered(Event event, Moment sent) {
            RemoteLease.this.answered(event, again ? null : sent);
        }

        @Override
        public void failed(Ask.Failure failure) {
            if (failure.cause() != Cause.SESSION_OVER) {
                unreachable(failure);
            }
        }
    }

    /** The stream is new, and a grant may have been pushed when there was none. */
    void askIfQueued() {
        boolean again;
        synchronized (this) {
            again = state == State.WAITING && queued && token == null;
        }
        if (again) {
            askServer();
        }
    }

    private boolean isTry() {
        return request.waitLimit().map(Duration::isZero).orElse(false);
    }

    private boolean isManual() {
        return request.options().renewal() == Renewal.MANUAL;
    }

    // ------------------------------------------------------------------------------------------ answers, on the loop

    private void answered(Event event, @Nullable Moment sent) {
        switch (event.getKindCase()) {
            case GRANTED -> {
                granted(event.getGranted().getToken(), sent);
                giveBackIfEnded();
            }
            case QUEUED -> {
                synchronized (this) {
                    queued = true;
                }
            }
            case NOT_GRANTED -> giveUp(() -> outcome.complete(Optional.empty()));
            case REFUSED ->
                fail(new RejectedException(
                        Words.describe(request, event.getRefused().getReason())));
            case DEADLOCK -> fail(deadlock(event));
            default -> notHeld();
        }
    }

    /** A request that was given up in another thread just before it left may still have been granted (S9). */
    private void giveBackIfEnded() {
        OwnerKey unwanted;
        synchronized (this) {
            if (state != State.ENDED) {
                return;
            }
            unwanted = key;
        }
        giveBack(session, unwanted);
    }

    /** Releases what nobody here wants. */
    static void giveBack(ClientSession session, OwnerKey unwanted) {
        session.submit(releaseOf(unwanted), NOBODY);
    }

    /** What was granted, or parked, is gone. */
    private void notHeld() {
        if (isAdoption()) {
            fail(new RejectedException("the handed-off lease on '" + request.name()
                    + "' cannot be adopted: somebody else adopted it, or its time has passed"));
        } else {
            askAnew();
        }
    }

    private synchronized boolean isAdoption() {
        return ask != null && ask.command.hasAdopt();
    }

    /**
     * The server has granted.
     *
     * @param sent the moment from which the lease counts; absent = nobody can say
     */
    void granted(long granted, @Nullable Moment sent) {
        boolean tooLate;
        synchronized (this) {
            if (token != null || state != State.WAITING) {
                return;
            }
            token = new FencingToken(granted);
            base = sent;
            tooLate = leaseNanos != 0 && leftNanos() < leaseNanos / 2;
        }
        if (tooLate) {
            renewFirst();
        } else {
            hold();
        }
    }

    /** Half of the lease was spent in the queue, or on the way: the caller gets a fresh one. */
    private void renewFirst() {
        session.submit(renewal(), new Ask.Answer() {
            @Override
            public void answered(Event event, Moment sent) {
                if (event.hasRenewed()) {
                    renewed(sent);
                    hold();
                } else {
                    forgetGrant();
                    askAnew();
                }
            }

            @Override
            public void failed(Ask.Failure failure) {
                if (failure.cause() != Cause.SESSION_OVER) {
                    unreachable(failure);
                }
            }
        });
    }

    private void hold() {
        synchronized (this) {
            if (state == State.WAITING) {
                cancelTimer();
                state = State.HELD;
                ask = null;
                scheduleWatch();
            }
        }
        if (!outcome.complete(Optional.of(this))) {
            // Cancelled while the grant was on its way here (S9).
            releasing();
        }
    }

    private synchronized void forgetGrant() {
        token = null;
        base = null;
    }

    /** Asks under a new key: the old one may still be known to the session that is gone. */
    private void askAnew() {
        synchronized (this) {
            if (state != State.WAITING) {
                return;
            }
            backend.forget(key);
            key = Keys.next();
            queued = false;
            token = null;
            base = null;
            backend.remember(key, this);
        }
        askServer();
    }

    private DeadlockException deadlock(Event event) {
        return new DeadlockException(
                request.name(),
                event.getDeadlock().getCycleList().stream()
                        .map(wait -> new DeadlockException.Wait(wait.getActor(), wait.getName()))
                        .toList());
    }

    // ------------------------------------------------------------------------------------------ ends of a request

    /** A cancelled request: the grant may have come first, then it goes back (S9). */
    private void cancelled() {
        synchronized (this) {
            if (state != State.WAITING) {
                return;
            }
            state = State.ENDED;
            cancelTimer();
        }
        forget();
        if (!takeBack()) {
            withdraw(() -> {});
        }
    }

    /** Takes the request back if it has never left. One that is asked again has left before. */
    private boolean takeBack() {
        Ask asked;
        synchronized (this) {
            asked = queued ? null : ask;
        }
        return asked != null && session.takeBack(asked);
    }

    /** The limit of waiting: the answer is "not granted" only if the grant did not come first (L5, S9). */
    private void limitPassed() {
        synchronized (this) {
            if (state != State.WAITING) {
                return;
            }
            withdrawing = true;
        }
        if (takeBack()) {
            fail(new UnavailableException("'" + request.name() + "' was not asked for: no server could be reached: "
                    + session.reconnection().trouble()));
            return;
        }
        setTimer(this::withdrawalOverdue, WITHDRAWAL_NANOS);
        withdraw(() -> giveUp(() -> outcome.complete(Optional.empty())));
    }

    private void withdraw(Runnable done) {
        OwnerKey withdrawn;
        synchronized (this) {
            withdrawn = key;
        }
        session.submit(
                Command.newBuilder()
                        .setWithdraw(Withdraw.newBuilder()
                                .setKeyHigh(withdrawn.high())
                                .setKeyLow(withdrawn.low())),
                new Ask.Answer() {
                    @Override
                    public void answered(Event event, Moment sent) {
                        if (!event.hasGranted()) {
                            done.run();
                        } else if (isWaiting()) {
                            granted(event.getGranted().getToken(), null);
                        } else if (!isHeld()) {
                            giveBack(session, withdrawn);
                        }
                    }

                    @Override
                    public void failed(Ask.Failure failure) {
                        // Whatever was granted ends with its session.
                    }
                });
    }

    private synchronized boolean isWaiting() {
        return state == State.WAITING;
    }

    private void withdrawalOverdue() {
        fail(new IndeterminateException("'" + request.name()
                + "' was perhaps granted for a moment: the server did not confirm the end of the wait within 1 s. "
                + "What it granted ends by itself"));
    }

    private void adoptionOverdue() {
        if (!isWaiting()) {
            return;
        }
        String what = "the handed-off lease on '" + request.name() + "' was ";
        if (takeBack()) {
            fail(new UnavailableException(what + "not adopted: no server could be reached: "
                    + session.reconnection().trouble()));
        } else {
            fail(new IndeterminateException(
                    what + "perhaps adopted: the server did not answer. It is given back as soon as it does"));
            withdraw(() -> {});
        }
    }

    private void fail(ClavigerException failure) {
        giveUp(() -> outcome.completeExceptionally(failure));
    }

    private void giveUp(Runnable tell) {
        synchronized (this) {
            if (state != State.WAITING) {
                return;
            }
            state = State.ENDED;
            cancelTimer();
        }
        forget();
        tell.run();
    }

    private void forget() {
        OwnerKey old;
        synchronized (this) {
            if (forgotten) {
                return;
            }
            forgotten = true;
            old = key;
        }
        backend.forget(old);
        if (leaseNanos != 0 && !isManual()) {
            session.heart().untrack(leaseNanos);
        }
    }

    // ------------------------------------------------------------------------------------------ losses

    void sessionOver(LossReason reason) {
        boolean waits;
        boolean tooLate;
        synchronized (this) {
            tooLate = withdrawing;
            // A request that was never sent goes to the next session as it is.
            waits = state == State.WAITING && (ask == null || ask.over);
        }
        if (!waits) {
            lose(reason);
        } else if (isAdoption()) {
            adoptionOverdue();
        } else if (tooLate) {
            // Whatever was granted has ended with the session, so the answer is sure.
            giveUp(() -> outcome.complete(Optional.empty()));
        } else {
            askAnew();
        }
    }

    /** Nobody can be reached. What may stand at the server does not stay there when it comes back. */
    void unreachable(Ask.Failure failure) {
        boolean known;
        synchronized (this) {
            if (state != State.WAITING) {
                return;
            }
            known = queued || token != null;
        }
        if (!takeBack() && (known || failure.sent())) {
            withdraw(() -> {});
        }
        String what = "'" + request.name() + "': " + failure.message();
        if (failure.cause() == Cause.CLOSED || failure.cause() == Cause.REFUSED) {
            fail(new RejectedException(failure.message()));
        } else if (failure.sent()) {
            fail(new IndeterminateException(what));
        } else {
            fail(new UnavailableException(what));
        }
    }

    /** The client was closed. */
    void clientClosed() {
        fail(new RejectedException("the client is closed"));
        lose(LossReason.CLIENT_CLOSED);
    }

    /** The grant is over. Who waits for it is not concerned: a grant that is lost before it came is asked for anew. */
    void lose(LossReason reason) {
        List<Consumer<LossReason>> told;
        synchronized (this) {
            if (state != State.HELD) {
                return;
            }
            state = State.LOST;
            lossReason = reason;
            cancelTimer();
            told = listeners;
            listeners = List.of();
        }
        forget();
        told.forEach(listener -> Callbacks.run(backend.executor(), () -> listener.accept(reason)));
    }

    /** Its time has passed without a confirmation. The server may not know: it is told, but not before it may grant on. */
    private void loseByTime() {
        LossReason reason = isManual() ? LossReason.EXPIRED : overdueReason();
        OwnerKey lost;
        synchronized (this) {
            lost = key;
        }
        lose(reason);
        if (isManual()) {
            // The server ends it, and nobody renews it meanwhile.
            return;
        }
        long length =
                leaseNanos != 0 ? leaseNanos : backend.config().sessionTtl().toNanos();
        backend.time().schedule(() -> giveBack(session, lost), Validity.marginNanos(length));
    }

    private synchronized LossReason overdueReason() {
        Moment since = renewedAt();
        return since == null ? LossReason.SERVER_UNREACHABLE : session.heart().overdue(since, -leftNanos());
    }

    // ------------------------------------------------------------------------------------------ the lease

    @Override
    public String name() {
        return request.name();
    }

    @Override
    public synchronized String key() {
        return key.text();
    }

    @Override
    public synchronized FencingToken token() {
        if (token == null) {
            throw new IllegalStateException("no lease without a token");
        }
        return token;
    }

    @Override
    public Duration validity() {
        long left;
        synchronized (this) {
            if (state != State.HELD) {
                return Duration.ZERO;
            }
            left = leftNanos();
        }
        if (left > 0) {
            return Duration.ofNanos(left);
        }
        // Seen to be over, so it stays over, whatever the server may still confirm.
        loseByTime();
        return Duration.ZERO;
    }

    @Override
    public boolean isValid() {
        return !validity().isZero();
    }

    @Override
    public void checkpoint() {
        if (validity().isZero()) {
            throwUnlessHeld();
        }
    }

    @Override
    public void onLost(Consumer<LossReason> listener) {
        LossReason already;
        synchronized (this) {
            already = lossReason;
            if (already == null) {
                List<Consumer<LossReason>> more = new ArrayList<>(listeners);
                more.add(listener);
                listeners = more;
            }
        }
        if (already != null) {
            Callbacks.run(backend.executor(), () -> listener.accept(already));
        }
    }

    @Override
    public void renew() {
        join(renewing());
    }

    @Override
    public CompletableFuture<Void> renewAsync() {
        return Callbacks.handOver(backend.executor(), renewing());
    }

    private CompletableFuture<Void> renewing() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        try {
            checkpoint();
        } catch (LeaseLostException | IllegalStateException ended) {
            done.completeExceptionally(ended);
            return done;
        }
        session.submit(renewal(), new Ask.Answer() {
            @Override
            public void answered(Event event, Moment sent) {
                if (event.hasRenewed() && !validity().isZero()) {
                    renewed(sent);
                    done.complete(null);
                } else {
                    // Gone at the server; its notice came before, or nobody was told since its time had passed.
                    lose(LossReason.EXPIRED);
                    done.completeExceptionally(lostException(LossReason.EXPIRED));
                }
            }

            @Override
            public void failed(Ask.Failure failure) {
                done.completeExceptionally(unconfirmed("renewed", failure));
            }
        });
        return done;
    }

    private synchronized void renewed(Moment sent) {
        if (base == null || sent.nanos() - base.nanos() > 0) {
            base = sent;
        }
        if (state == State.HELD) {
            scheduleWatch();
        }
    }

    @Override
    public void release() {
        join(releasing());
    }

    @Override
    public CompletableFuture<Void> releaseAsync() {
        return Callbacks.handOver(backend.executor(), releasing());
    }

    private CompletableFuture<Void> releasing() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        boolean wasHeld;
        OwnerKey released;
        synchronized (this) {
            if (releasing != null) {
                return releasing;
            }
            wasHeld = state == State.HELD;
            boolean confirms = state == State.LOST && lossReason == LossReason.REVOKED;
            if (!wasHeld && !confirms) {
                done.completeExceptionally(lostException(LossReason.EXPIRED));
                return done;
            }
            state = wasHeld ? State.RELEASED : State.LOST;
            releasing = done;
            released = key;
            cancelTimer();
        }
        forget();
        session.submit(releaseOf(released), new Ask.Answer() {
            @Override
            public void answered(Event event, Moment sent) {
                if (wasHeld && event.hasReleased()) {
                    done.complete(null);
                } else {
                    done.completeExceptionally(lostException(LossReason.EXPIRED));
                }
            }

            @Override
            public void failed(Ask.Failure failure) {
                done.completeExceptionally(unconfirmed("released", failure));
            }
        });
        return done;
    }

    @Override
    public void close() {
        CompletableFuture<Void> released = releasing();
        if (!backend.isOnLoop()) {
            // Whether it was lost before, or is not confirmed, is nothing that a close could tell.
            released.exceptionally(quiet -> null).join();
        }
    }

    @Override
    public String handOff(Duration adoptable) {
        return join(handingOff(adoptable));
    }

    @Override
    public CompletableFuture<String> handOffAsync(Duration adoptable) {
        return Callbacks.handOver(backend.executor(), handingOff(adoptable));
    }

    private CompletableFuture<String> handingOff(Duration adoptable) {
        HandOffText text = new HandOffText(
                name(),
                Keys.next(),
                new LockOptions(request.options().lease(), request.options().renewal(), Optional.empty()));
        long parkNanos =
                LockOptions.manualLease(adoptable).lease().orElseThrow().toNanos();
        CompletableFuture<String> done = new CompletableFuture<>();
        OwnerKey parked;
        try {
            checkpoint();
            synchronized (this) {
                throwUnlessHeld();
                state = State.RELEASED;
                releasing = CompletableFuture.completedFuture(null);
                parked = key;
                cancelTimer();
            }
        } catch (LeaseLostException | IllegalStateException ended) {
            done.completeExceptionally(ended);
            return done;
        }
        forget();
        session.submit(
                Command.newBuilder()
                        .setHandOff(HandOff.newBuilder()
                                .setKeyHigh(parked.high())
                                .setKeyLow(parked.low())
                                .setTicketHigh(text.ticket().high())
                                .setTicketLow(text.ticket().low())
                                .setParkNanos(parkNanos)),
                new Ask.Answer() {
                    @Override
                    public void answered(Event event, Moment sent) {
                        if (event.hasHandedOff()) {
                            done.complete(text.encode());
                        } else {
                            done.completeExceptionally(new LeaseLostException(name(), LossReason.EXPIRED));
                        }
                    }

                    @Override
                    public void failed(Ask.Failure failure) {
                        done.completeExceptionally(unconfirmed("handed off", failure));
                    }
                });
        return done;
    }

    // ------------------------------------------------------------------------------------------ time

    /** Returns how long the holder may still act: until the earlier end of lease and session. */
    private long leftNanos() {
        long sessionLeft = session.leftNanos();
        if (leaseNanos == 0) {
            return sessionLeft;
        }
        Moment since = renewedAt();
        if (since == null) {
            return 0;
        }
        long lease = leaseNanos - Validity.marginNanos(leaseNanos) - since.elapsedNanos(backend.time());
        return Math.min(sessionLeft, lease);
    }

    /** Returns from when the lease counts: its own renewal or that of the session, whichever was later. */
    private @Nullable Moment renewedAt() {
        Moment own = base;
        Moment shared = isManual() ? null : session.heart().base();
        if (own == null || shared == null) {
            return own == null ? shared : own;
        }
        return own.nanos() - shared.nanos() > 0 ? own : shared;
    }

    private void scheduleWatch() {
        cancelTimer();
        if (leaseNanos != 0) {
            timer = backend.time().schedule(() -> backend.onLoop(this::watch), Math.max(0, leftNanos()));
        }
    }

    private void watch() {
        synchronized (this) {
            if (state != State.HELD) {
                return;
            }
            if (leftNanos() > 0) {
                scheduleWatch();
                return;
            }
        }
        loseByTime();
    }

    private synchronized void setTimer(Runnable task, long delayNanos) {
        if (state == State.WAITING) {
            cancelTimer();
            timer = backend.time().schedule(() -> backend.onLoop(task), delayNanos);
        }
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    // ------------------------------------------------------------------------------------------ words

    private Command.Builder renewal() {
        OwnerKey renewed;
        synchronized (this) {
            renewed = key;
        }
        return Command.newBuilder()
                .setRenew(Renew.newBuilder().setKeyHigh(renewed.high()).setKeyLow(renewed.low()));
    }

    private static Command.Builder releaseOf(OwnerKey released) {
        return Command.newBuilder()
                .setRelease(Release.newBuilder().setKeyHigh(released.high()).setKeyLow(released.low()));
    }

    private static final Ask.Answer NOBODY = new Ask.Answer() {
        @Override
        public void answered(Event event, Moment sent) {}

        @Override
        public void failed(Ask.Failure failure) {}
    };

    private synchronized LeaseLostException lostException(LossReason fallback) {
        return new LeaseLostException(name(), lossReason == null ? fallback : lossReason);
    }

    private RuntimeException unconfirmed(String what, Ask.Failure failure) {
        synchronized (this) {
            if (state == State.LOST) {
                return lostException(LossReason.SESSION_LOST);
            }
        }
        String message = "the lease on '" + name() + "' was perhaps " + what + ": " + failure.message();
        return failure.cause() == Cause.CLOSED
                ? new LeaseLostException(name(), LossReason.CLIENT_CLOSED)
                : new IndeterminateException(message);
    }

    private synchronized void throwUnlessHeld() {
        if (state == State.LOST) {
            throw lostException(LossReason.EXPIRED);
        }
        if (state != State.HELD) {
            throw new IllegalStateException("the lease on '" + name() + "' was released");
        }
    }

    private static <T> T join(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof RuntimeException known) {
                throw known;
            }
            throw failed;
        }
    }
}
