package io.claviger.dynamodb;

import io.claviger.LockOptions;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Leaves a grant in the table for whoever will have its text. Used on the loop only, but for its outcome. */
final class Parking {
    private final CompletableFuture<String> outcome = new CompletableFuture<>();
    private final DynamoLease lease;
    private final LockQueue queue;
    private final DynamoBackend backend;
    private final LockOptions options;
    private final String ticket;
    private final long parkNanos;
    private long giveUpNanos;
    private int failures;

    /**
     * Prepares a hand-off.
     *
     * @param options what the next holder must know
     * @param parkNanos for how long the grant waits to be adopted
     */
    Parking(DynamoLease lease, LockQueue queue, LockOptions options, long parkNanos) {
        this.lease = lease;
        this.queue = queue;
        this.backend = queue.backend();
        this.options = options;
        this.ticket = backend.chance().version();
        this.parkNanos = parkNanos;
    }

    /** Returns what gets the text. */
    CompletableFuture<String> outcome() {
        return outcome;
    }

    void begin() {
        // Only for as long as nobody else can have taken the grant away.
        long patience = Math.min(backend.patienceNanos(lease.leaseNanos()), lease.leftNanos());
        giveUpNanos = backend.time().nanoTime() + patience;
        send();
    }

    private void send() {
        Holding held = lease.holding();
        Write write = backend.layout().park(lease.name(), held, ticket, parkNanos);
        backend.write(write, backend.callNanos(lease.leaseNanos()), answer -> {
            if (answer instanceof Outcome.Done || isMine(answer, held)) {
                queue.drop(lease);
                outcome.complete(backend.layout().handOffText(lease.name(), ticket, options));
            } else if (answer instanceof Outcome.Refused) {
                queue.drop(lease);
                outcome.completeExceptionally(lease.lost());
            } else {
                failed((Outcome.Failed) answer);
            }
        });
    }

    private boolean isMine(Outcome answer, Holding held) {
        return answer instanceof Outcome.Refused refused
                && backend.layout().view(refused.item()).has(new Holding(held.slot(), List.of(ticket)));
    }

    private void failed(Outcome.Failed why) {
        long pause = Pace.pauseNanos(++failures, backend.chance());
        boolean inTime = backend.time().nanoTime() + pause - giveUpNanos < 0;
        if (why.kind() != Outcome.Kind.HOPELESS && inTime && !backend.isClosed()) {
            backend.onLoopAfter(this::send, pause);
        } else {
            lease.parkedInVain(ticket);
            outcome.completeExceptionally(lease.unconfirmed("handed off"));
        }
    }
}
