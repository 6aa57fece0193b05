package io.claviger.client;

import io.claviger.ClavigerException;
import io.claviger.DeadlockException;
import io.claviger.FencingToken;
import io.claviger.IndeterminateException;
import io.claviger.Lease;
import io.claviger.LossReason;
import io.claviger.RejectedException;
import io.claviger.UnavailableException;
import io.claviger.client.Ask.Cause;
import io.claviger.engine.OwnerKey;
import io.claviger.protocol.v1.Command;
import io.claviger.protocol.v1.Event;
import io.claviger.spi.AcquireRequest;
import io.claviger.spi.TimeSource;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A request for a grant, from its asking until it is granted or given up. It outlives streams and sessions: after a new stream it is
 * asked again under its key, in a new session under a new one.
 *
 * <p>The state changes under this object's monitor; the session is asked and users are called outside it.
 */
final class RemoteRequest implements KeyHolder {
    /** After the limit of waiting, so long for the server to say how it ended; then the caller is told "perhaps". */
    private static final long WITHDRAWAL_NANOS = 1_000_000_000L;

    private enum State {
        WAITING,
        GRANTED,
        /** Withdrawn, refused, or the limit of waiting has passed. */
        ENDED
    }

    private final RemoteBackend backend;
    private final ClientSession session;
    private final long number;
    private final AcquireRequest request;
    private final LeaseTime leaseTime;
    private final CompletableFuture<Optional<Lease>> outcome = new CompletableFuture<>();

    /** All below are guarded by this. */
    private State state = State.WAITING;

    private OwnerKey key = Keys.next();
    private @Nullable Ask ask;
    private boolean queued;

    /** Whether the limit of waiting has passed. */
    private boolean withdrawing;

    private @Nullable FencingToken token;
    private @Nullable Moment base;
    private TimeSource.@Nullable Timer timer;

    RemoteRequest(RemoteBackend backend, long number, AcquireRequest request) {
        this.backend = backend;
        this.session = backend.session();
        this.number = number;
        this.request = request;
        this.leaseTime = new LeaseTime(backend, request);
        outcome.whenComplete((lease, failure) -> {
            if (outcome.isCancelled()) {
                cancelled();
            }
        });
    }

    @Override
    public long number() {
        return number;
    }

    @Override
    public boolean isHeld() {
        return false;
    }

    CompletableFuture<Optional<Lease>> outcome() {
        return outcome;
    }

    // ------------------------------------------------------------------------------------------ asking

    /** Sends the request. */
    void ask() {
        begin(this::askServer);
        Duration forTry = backend.config().connectTimeout();
        request.waitLimit()
                .ifPresent(limit -> setTimer(this::limitPassed, (Commands.isTry(request) ? forTry : limit).toNanos()));
    }

    /** Asks to take over what was handed off. */
    void adopt(OwnerKey ticket) {
        begin(() -> submit(Commands.adopt(request, ticket, key)));
        setTimer(this::adoptionOverdue, backend.config().connectTimeout().toNanos());
    }

    private void begin(Runnable first) {
        // Known before it is asked for: a push may come before the answer.
        backend.remember(key, this);
        if (leaseTime.isShared()) {
            session.heart().track(Commands.leaseNanos(request));
        }
        if (backend.isClosed()) {
            clientClosed();
        } else {
            first.run();
        }
    }

    private void askServer() {
        submit(Commands.acquire(request, key));
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
            RemoteRequest.this.answered(event, again ? null : sent);
        }

        @Override
        public void failed(Ask.Failure failure) {
            if (failure.cause() != Cause.SESSION_OVER) {
                unreachable(failure);
            }
        }
    }

    @Override
    public void askIfQueued() {
        boolean again;
        synchronized (this) {
            again = state == State.WAITING && queued && token == null;
        }
        if (again) {
            askServer();
        }
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
        session.giveBack(unwanted);
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

    @Override
    public void granted(long granted, @Nullable Moment sent) {
        boolean tooLate;
        synchronized (this) {
            if (token != null || state != State.WAITING) {
                return;
            }
            token = new FencingToken(granted);
            base = sent;
            tooLate = leaseTime.isHalfGone(sent);
        }
        if (tooLate) {
            renewFirst();
        } else {
            hold();
        }
    }

    /** Half of the lease was spent in the queue, or on the way: the caller gets a fresh one. */
    private void renewFirst() {
        Command.Builder renewal;
        synchronized (this) {
            renewal = Commands.renew(key);
        }
        session.submit(renewal, new Ask.Answer() {
            @Override
            public void answered(Event event, Moment sent) {
                if (event.hasRenewed()) {
                    restart(sent);
                    hold();
                } else {
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

    private synchronized void restart(Moment sent) {
        base = sent;
    }

    /** Becomes a lease. */
    private void hold() {
        RemoteLease lease;
        synchronized (this) {
            if (state != State.WAITING || token == null) {
                return;
            }
            state = State.GRANTED;
            cancelTimer();
            lease = new RemoteLease(backend, number, request, leaseTime, key, token, base);
            backend.remember(key, lease);
        }
        lease.begin();
        if (!outcome.complete(Optional.of(lease))) {
            // Cancelled while the grant was on its way here (S9).
            lease.releaseOnLoop();
        }
    }

    private DeadlockException deadlock(Event event) {
        return new DeadlockException(
                request.name(),
                event.getDeadlock().getCycleList().stream()
                        .map(wait -> new DeadlockException.Wait(wait.getActor(), wait.getName()))
                        .toList());
    }

    // ------------------------------------------------------------------------------------------ ends

    /** A cancelled request: the grant may have come first, then it goes back (S9). */
    private void cancelled() {
        if (end() && !takeBack()) {
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
        session.submit(Commands.withdraw(withdrawn), new Ask.Answer() {
            @Override
            public void answered(Event event, Moment sent) {
                if (!event.hasGranted()) {
                    done.run();
                } else {
                    granted(event.getGranted().getToken(), null);
                    giveBackIfEnded();
                }
            }

            @Override
            public void failed(Ask.Failure failure) {
                // Whatever was granted ends with its session.
            }
        });
    }

    private void withdrawalOverdue() {
        fail(new IndeterminateException("'" + request.name()
                + "' was perhaps granted for a moment: the server did not confirm the end of the wait within 1 s. "
                + "What it granted ends by itself"));
    }

    private void adoptionOverdue() {
        String what = "the handed-off lease on '" + request.name() + "' was ";
        if (takeBack()) {
            fail(new UnavailableException(what + "not adopted: no server could be reached: "
                    + session.reconnection().trouble()));
        } else if (isWaiting()) {
            fail(new IndeterminateException(
                    what + "perhaps adopted: the server did not answer. It is given back as soon as it does"));
            withdraw(() -> {});
        }
    }

    private synchronized boolean isWaiting() {
        return state == State.WAITING;
    }

    private void fail(ClavigerException failure) {
        giveUp(() -> outcome.completeExceptionally(failure));
    }

    private void giveUp(Runnable tell) {
        if (end()) {
            tell.run();
        }
    }

    /** Ends the waiting. Returns false if it was over before. */
    private boolean end() {
        OwnerKey old;
        synchronized (this) {
            if (state != State.WAITING) {
                return false;
            }
            state = State.ENDED;
            cancelTimer();
            old = key;
        }
        backend.forget(old);
        if (leaseTime.isShared()) {
            session.heart().untrack(Commands.leaseNanos(request));
        }
        return true;
    }

    /** Who waits is not concerned: a grant that is lost before it came is asked for anew. */
    @Override
    public void lose(LossReason reason) {}

    @Override
    public void sessionOver(LossReason reason) {
        boolean waits;
        boolean tooLate;
        synchronized (this) {
            tooLate = withdrawing;
            // A request that was never sent goes to the next session as it is.
            waits = state == State.WAITING && (ask == null || ask.over);
        }
        if (!waits) {
            return;
        }
        if (isAdoption()) {
            adoptionOverdue();
        } else if (tooLate) {
            // Whatever was granted has ended with the session, so the answer is sure.
            giveUp(() -> outcome.complete(Optional.empty()));
        } else {
            askAnew();
        }
    }

    /** What may stand at the server does not stay there when it comes back. */
    @Override
    public void unreachable(Ask.Failure failure) {
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

    @Override
    public void clientClosed() {
        fail(new RejectedException("the client is closed"));
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
}
