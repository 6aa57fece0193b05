package io.claviger.dynamodb;

import io.claviger.ClavigerException;
import io.claviger.IndeterminateException;
import io.claviger.RejectedException;
import io.claviger.UnavailableException;
import io.claviger.dynamodb.ReturnedGrants.Cause;
import io.claviger.engine.Limits;
import io.claviger.spi.TimeSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What one client wants, holds and knows of one name. Used on the loop only.
 *
 * <p>Those who wait here share one request at a time. The eldest is the only one that the table is asked for; when a lease of this
 * client is returned, the same write that takes it away grants it to the eldest. A request first asks the table by a write. If it
 * is refused, the answer says who holds the name; from then on the table is only read, and written to when that can succeed: when
 * the permits are free, or when a grant was seen unchanged for the whole length of its lease.
 */
final class LockQueue {
    /** A try may be overtaken so often by others who come and go while permits stay free. */
    private static final int MAX_TRIES = 10;

    private final DynamoBackend backend;
    private final String name;
    private final Rhythm rhythm;
    private final Watch watch = new Watch();
    private final Set<DynamoRequest> waiting = new LinkedHashSet<>();
    private final List<DynamoLease> held = new ArrayList<>();
    private final ReturnedGrants returned = new ReturnedGrants();
    private final List<CompletableFuture<Void>> whenQuiet = new ArrayList<>();
    private final Exchange table;
    private int drawing;
    private int adopting;

    /** It waits to be asked for, or is asked for, among the names that may be at once. */
    private boolean atGate;

    private boolean entered;

    private TimeSource.@Nullable Timer timer;

    LockQueue(DynamoBackend backend, String name) {
        this.backend = backend;
        this.name = name;
        this.rhythm = new Rhythm(backend.settings().requestsPerSecond(), backend.chance(), now());
        this.table = new Exchange(backend, name, watch, returned, rhythm, this::failed, this::answered);
    }

    String name() {
        return name;
    }

    DynamoBackend backend() {
        return backend;
    }

    /** Whether there is nothing that would be missed, but for what was seen. */
    boolean isIdle() {
        return !table.isBusy() && waiting.isEmpty() && held.isEmpty() && returned.isEmpty() && adopting == 0;
    }

    /** Returns what is done when nothing is under way and nothing is left to give back. */
    CompletableFuture<Void> quiet() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        whenQuiet.add(done);
        pump();
        return done;
    }

    // ------------------------------------------------------------------------------------------ who comes and goes

    void ask(DynamoRequest request) {
        if (waiting.size() >= Limits.MAX_WAITERS_PER_NAME) {
            request.fail(new RejectedException("'" + name + "' has " + Limits.MAX_WAITERS_PER_NAME
                    + " waiters in this client, which is the limit; try again later"));
            return;
        }
        if (waiting.isEmpty()) {
            rhythm.restart();
        }
        request.born = table.operations();
        waiting.add(request);
        limit(request);
        pump();
    }

    /** A try waits for nobody; but that it may be asked for, it waits as long as for one answer. */
    private void limit(DynamoRequest request) {
        Optional<Long> limit =
                request.isTry() ? Optional.of(backend.callNanos(request.leaseNanos)) : request.waitLimitNanos();
        limit.ifPresent(nanos -> request.setLimit(backend.onLoopAfter(() -> limitPassed(request), nanos)));
    }

    private void limitPassed(DynamoRequest request) {
        if (request.isTry() && !atGate && waiting.contains(request)) {
            limit(request);
            return;
        }
        if (waiting.remove(request)) {
            String trouble = atGate ? "too many requests of this client are unanswered" : rhythm.trouble();
            if (trouble.isEmpty()) {
                request.refuse();
            } else {
                request.fail(unavailable(trouble));
            }
            pump();
        }
    }

    /** It is not wanted any more. What is on its way for it goes to the next, or back. */
    void withdraw(DynamoRequest request) {
        waiting.remove(request);
        request.refuse();
        pump();
    }

    /** Fails all who wait. */
    void failAll(ClavigerException why) {
        List<DynamoRequest> all = List.copyOf(waiting);
        waiting.clear();
        all.forEach(request -> request.fail(why));
    }

    /** Somebody takes over a grant of this name; until that has ended the name is in use. */
    void adoptionBegins() {
        adopting++;
    }

    void adoptionEnds() {
        adopting--;
        pump();
    }

    /** A lease of this client begins that was not asked for here. */
    void add(DynamoLease lease) {
        held.add(lease);
    }

    /** A lease that is not there any more, or that somebody else will take over. */
    void drop(DynamoLease lease) {
        held.remove(lease);
        pump();
    }

    /** Gives a grant back, or on to the next who waits here. */
    Returned giveBack(DynamoLease lease, long oursForNanos) {
        held.remove(lease);
        Returned back = new Returned(
                lease.holding(),
                now() + oursForNanos,
                now() + backend.patienceNanos(lease.leaseNanos()),
                table.operations());
        returned.add(back);
        pump();
        return back;
    }

    void renewed(String slot, String version) {
        watch.renewed(slot, version, now());
    }

    // ------------------------------------------------------------------------------------------ what to do next

    /** Does what can be done now, and sets a timer for what can be done later. */
    void pump() {
        atGate = false;
        if (!table.isBusy()) {
            stopTimer();
        }
        advance();
        if (!atGate) {
            backend.gate().forget(this);
        }
    }

    private void advance() {
        while (!table.isBusy() && !atGate) {
            long now = now();
            returned.giveUp(now);
            DynamoRequest head = waiting.isEmpty() ? null : waiting.iterator().next();
            if (head == null || mustRest(head, now)) {
                rest(head != null, now);
                return;
            }
            Outlook outlook = new Outlook(head, watch, held, returned, rhythm, now);
            switch (outlook.next(table.hasAnsweredSince(head.born))) {
                case ASK -> throughGate(() -> ask(head, outlook.taken()));
                case LOOK -> throughGate(() -> look(head));
                case SWEEP -> throughGate(() -> sweep(head, outlook.taken()));
                case REJECT_CAPACITY -> reject(head, otherCapacity(head));
                case REJECT_FOREIGN -> reject(head, backend.layout().foreign(name));
                case WAIT -> {
                    if (!waitForMore(outlook, now)) {
                        return;
                    }
                }
            }
        }
    }

    /** Asks the table if this name may be asked for now. What gives something back need not wait for that. */
    private void throughGate(Runnable request) {
        entered = returned.isEmpty() && backend.gate().enter(this);
        if (entered || !returned.isEmpty()) {
            request.run();
        } else {
            atGate = true;
        }
    }

    /** Returns whether there is something else to do first. */
    private boolean waitForMore(Outlook outlook, long now) {
        // Who must not wait is told now, also behind one who waits.
        List<DynamoRequest> tries = waiting.stream()
                .filter(request -> request.isTry() && !request.drawing)
                .toList();
        if (!tries.isEmpty()) {
            tries.forEach(request -> {
                waiting.remove(request);
                request.refuse();
            });
            return true;
        }
        if (rhythm.pauseLeftNanos(now) > 0) {
            wakeAfter(rhythm.pauseLeftNanos(now));
        } else if (!returned.isEmpty()) {
            table.giveBack();
        } else if (!outlook.isBlockedByOwn()) {
            wakeAfter(outlook.waitNanos());
        }
        return false;
    }

    /** Whether others should have a chance before this client takes the name again. */
    private boolean mustRest(DynamoRequest head, long now) {
        return head.isForAll() && !returned.isEmpty() && rhythm.isTurnOver(now);
    }

    private void rest(boolean others, long now) {
        if (returned.isEmpty()) {
            if (drawing == 0 && adopting == 0) {
                whenQuiet.forEach(done -> done.complete(null));
                whenQuiet.clear();
            }
            backend.idle(this);
        } else if (rhythm.pauseLeftNanos(now) > 0) {
            wakeAfter(rhythm.pauseLeftNanos(now));
        } else {
            table.giveBack();
            if (others) {
                rhythm.rest(now);
            }
        }
    }

    private void reject(DynamoRequest head, String why) {
        waiting.remove(head);
        head.fail(new RejectedException(why));
    }

    private String otherCapacity(DynamoRequest head) {
        return "'" + name + "' is in use with another capacity than " + head.asked.capacity()
                + "; all who use a name must agree on its capacity";
    }

    private UnavailableException unavailable(String why) {
        return new UnavailableException("'" + name + "' could not be asked for: " + why);
    }

    // ------------------------------------------------------------------------------------------ what the table is
    // asked

    private void ask(DynamoRequest head, Batch taken) {
        boolean handOver = !returned.isEmpty();
        returned.sent(taken);
        Claim claim = backend.claim(head);
        Write write = backend.layout().acquire(claim, watch.view(), taken.holdings());
        Sent sent = Sent.now(backend.time());
        head.sent++;
        table.send(write, backend.callNanos(head.leaseNanos), (operation, outcome) -> {
            if (outcome instanceof Outcome.Failed failed) {
                askFailed(head, claim, failed, operation);
                return;
            }
            View view = table.viewAfter(outcome);
            // A refusal that shows this very claim is that of a copy.
            if (view.grantOf(claim).isPresent()) {
                granted(head, claim, sent, handOver, view, operation);
            } else {
                table.see(view, operation, Exchange.cause(outcome));
                overtaken(head);
            }
        });
    }

    /** Takes some of that away which is in the way of a request, and too much for one write. */
    private void sweep(DynamoRequest head, Batch taken) {
        table.release(taken, outcome -> {
            if (outcome instanceof Outcome.Refused) {
                head.sent++;
                overtaken(head);
            }
        });
    }

    private void granted(DynamoRequest head, Claim claim, Sent sent, boolean handOver, View view, long operation) {
        // What this write replaced is gone by our own doing.
        table.see(view, operation, Cause.WRITE);
        if (!handOver) {
            rhythm.beginTurn(now());
        }
        Grant grant = view.grantOf(claim).orElseThrow();
        DynamoLease lease = new DynamoLease(this, head.asked, claim, grant.token(), sent);
        held.add(lease);
        Optional<String> tokens = backend.layout().tokenItem(name);
        if (tokens.isPresent() && waiting.contains(head)) {
            head.drawing = true;
            drawing++;
            new TokenDraw(backend, lease, tokens.get(), claim.actor(), why -> drawn(head, lease, why)).begin();
        } else {
            deliver(head, lease);
        }
    }

    private void drawn(DynamoRequest head, DynamoLease lease, Optional<ClavigerException> why) {
        head.drawing = false;
        drawing--;
        if (why.isPresent() && (head.isTry() || why.get() instanceof RejectedException) && waiting.remove(head)) {
            head.fail(why.get());
        }
        if (why.isPresent()) {
            giveBack(lease, Math.max(0, lease.leftNanos()));
        } else {
            deliver(head, lease);
        }
        pump();
    }

    private void deliver(DynamoRequest head, DynamoLease lease) {
        // One that took so long to arrive is asked for again; its holder shall have the better part of its time.
        if (waiting.contains(head) && lease.leftNanos() > lease.leaseNanos() / 2) {
            waiting.remove(head);
            lease.begin();
            head.grant(lease);
        } else {
            giveBack(lease, Math.max(0, lease.leftNanos()));
        }
    }

    private void overtaken(DynamoRequest head) {
        head.overtaken++;
        if (head.isTry() && head.sent >= MAX_TRIES && waiting.remove(head)) {
            head.refuse();
        }
    }

    private void askFailed(DynamoRequest head, Claim claim, Outcome.Failed failed, long operation) {
        table.failed(failed);
        if (failed.kind() == Outcome.Kind.PERHAPS_DONE) {
            // Perhaps it is granted, or will be: then nobody here uses it, and the next write replaces it.
            returned.add(new Returned(
                    new Holding(claim.slot(), List.of(claim.version())),
                    now(),
                    now() + backend.patienceNanos(claim.leaseNanos()),
                    operation));
        }
        if (head.isTry() && waiting.remove(head)) {
            head.fail(
                    failed.kind() == Outcome.Kind.PERHAPS_DONE
                            ? new IndeterminateException("no answer whether '" + name
                                    + "' was granted; if it was, it is given back: " + failed.message())
                            : unavailable(failed.message()));
        }
    }

    private void look(DynamoRequest head) {
        head.sent++;
        head.overtaken = 0;
        table.read(failed -> {
            if (head.isTry() && waiting.remove(head)) {
                head.fail(unavailable(failed.message()));
            }
        });
    }

    private void failed(Outcome.Failed why) {
        if (why.kind() == Outcome.Kind.HOPELESS) {
            // What is to be given back may go all the same: perhaps only what was asked for is too long.
            failAll(new RejectedException("'" + name + "' cannot be locked: " + why.message()));
        }
    }

    private void answered() {
        if (entered) {
            entered = false;
            backend.gate().leave();
        }
        pump();
    }

    private void wakeAfter(long nanos) {
        if (nanos != Long.MAX_VALUE) {
            timer = backend.onLoopAfter(this::pump, Math.max(0, nanos));
        }
    }

    private void stopTimer() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    private long now() {
        return backend.time().nanoTime();
    }
}
