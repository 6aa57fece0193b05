package io.claviger.dynamodb;

import io.claviger.ClavigerException;
import io.claviger.IndeterminateException;
import io.claviger.Lease;
import io.claviger.RejectedException;
import io.claviger.UnavailableException;
import io.claviger.spi.AcquireRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Takes over a grant that was parked in the table. Used on the loop only, but for its outcome. */
final class Adoption {
    private final CompletableFuture<Lease> outcome = new CompletableFuture<>();
    private final DynamoBackend backend;
    private final LockQueue queue;
    private final Layout.HandOff handOff;
    private final long leaseNanos;
    private final long giveUpNanos;

    /** The ticket, and what of our own was sent and perhaps done. */
    private final List<String> versions = new ArrayList<>();

    private int failures;

    Adoption(DynamoBackend backend, LockQueue queue, Layout.HandOff handOff) {
        this.backend = backend;
        this.queue = queue;
        this.handOff = handOff;
        this.leaseNanos = backend.leaseNanos(handOff.options());
        this.giveUpNanos = backend.time().nanoTime() + backend.patienceNanos(leaseNanos);
        versions.add(handOff.ticket());
    }

    CompletableFuture<Lease> outcome() {
        return outcome;
    }

    /** As if the grant were the whole item; if it is not, the answer says where it is. */
    void begin() {
        queue.adoptionBegins();
        outcome.whenComplete((lease, failure) -> queue.adoptionEnds());
        send(new Grant("", handOff.ticket(), 0, 1, 0, "", ""), 1, null);
    }

    private void send(Grant parked, int capacity, @Nullable View seen) {
        Claim claim = new Claim(
                handOff.name(),
                parked.slot(),
                backend.chance().version(),
                parked.permits(),
                capacity,
                leaseNanos,
                backend.settings().label(),
                "");
        Write write = backend.layout().adopt(claim, new Holding(parked.slot(), versions), seen);
        Sent sent = Sent.now(backend.time());
        versions.add(claim.version());
        backend.write(write, backend.callNanos(leaseNanos), answer -> {
            if (answer instanceof Outcome.Done done) {
                decide(claim, sent, backend.layout().view(done.item()), seen);
            } else if (answer instanceof Outcome.Refused refused) {
                decide(claim, sent, backend.layout().view(refused.item()), seen);
            } else if (answer instanceof Outcome.Failed failed) {
                failed(parked, capacity, seen, failed);
            }
        });
    }

    private void decide(Claim claim, Sent sent, View view, @Nullable View before) {
        Optional<Grant> mine = view.grantOf(claim);
        if (mine.isPresent()) {
            adopted(claim, mine.get(), sent);
            return;
        }
        Optional<Grant> parked = view.grants().stream()
                .filter(grant -> !grant.slot().isEmpty() && versions.contains(grant.version()))
                .findFirst();
        boolean isNews = before == null || !view.version().equals(before.version());
        if (parked.isPresent() && isNews && backend.time().nanoTime() - giveUpNanos < 0) {
            send(parked.get(), view.capacity(), view);
        } else {
            fail(vain());
        }
    }

    private RejectedException vain() {
        return new RejectedException("the handed-off lease on '" + handOff.name()
                + "' cannot be adopted: somebody else adopted it, or its time has passed");
    }

    private void adopted(Claim claim, Grant grant, Sent sent) {
        AcquireRequest asked = new AcquireRequest(
                handOff.name(), claim.permits(), claim.capacity(), handOff.options(), Optional.empty());
        DynamoLease lease = new DynamoLease(queue, asked, claim, grant.token(), sent);
        queue.add(lease);
        if (lease.leftNanos() <= 0) {
            // This process stood still for so long that somebody else may hold it by now.
            queue.giveBack(lease, 0);
            fail(vain());
            return;
        }
        Optional<String> tokens = backend.layout().tokenItem(handOff.name());
        if (tokens.isPresent()) {
            new TokenDraw(backend, lease, tokens.get(), "", why -> numbered(lease, why)).begin();
        } else {
            deliver(lease);
        }
    }

    private void numbered(DynamoLease lease, Optional<ClavigerException> why) {
        if (why.isPresent()) {
            queue.giveBack(lease, Math.max(0, lease.leftNanos()));
            fail(why.get());
        } else {
            deliver(lease);
        }
    }

    private void deliver(DynamoLease lease) {
        lease.begin();
        if (!outcome.complete(lease)) {
            lease.close();
        }
    }

    private void failed(Grant parked, int capacity, @Nullable View seen, Outcome.Failed why) {
        long pause = Pace.pauseNanos(++failures, backend.chance());
        if (why.kind() == Outcome.Kind.HOPELESS) {
            fail(new RejectedException("'" + handOff.name() + "' cannot be adopted: " + why.message()));
        } else if (backend.time().nanoTime() + pause - giveUpNanos < 0) {
            backend.onLoopAfter(() -> send(parked, capacity, seen), pause);
        } else {
            fail(
                    why.kind() == Outcome.Kind.PERHAPS_DONE
                            ? new IndeterminateException("the lease on '" + handOff.name()
                                    + "' was perhaps adopted, and then ends by itself: " + why.message())
                            : new UnavailableException(
                                    "'" + handOff.name() + "' could not be adopted: " + why.message()));
        }
    }

    private void fail(ClavigerException why) {
        outcome.completeExceptionally(why);
    }
}
