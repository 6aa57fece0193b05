package io.claviger.engine;

import org.jspecify.annotations.Nullable;

/** A live session: the unit in which holders and waiters live and die. */
final class SessionState extends Timed {
    final long id;
    final SessionKind kind;
    final long ttlNanos;
    final OwnerKey secret;
    final String label;
    final long openedNanos;
    int attachment = 1;
    long renewedNanos;

    /** The replies kept for retries; made with the first numbered command. */
    @Nullable
    ReplyWindow replies;

    /** The oldest claim; the others follow in a ring. */
    @Nullable
    Claim claims;

    int claimCount;

    SessionState(long id, SessionKind kind, long ttlNanos, OwnerKey secret, String label, long openedNanos) {
        this.id = id;
        this.kind = kind;
        this.ttlNanos = ttlNanos;
        this.secret = secret;
        this.label = label;
        this.openedNanos = openedNanos;
        this.renewedNanos = openedNanos;
    }

    @Override
    long deadlineNanos() {
        return ttlNanos == 0 ? Long.MAX_VALUE : renewedNanos + ttlNanos;
    }

    ReplyWindow window() {
        if (replies == null) {
            replies = new ReplyWindow();
        }
        return replies;
    }

    /** Returns the claim of this session with the key. */
    @Nullable
    Claim find(MachineState state, OwnerKey key) {
        Claim claim = state.claims.find(key);
        return claim != null && claim.session == this ? claim : null;
    }

    void add(Claim claim) {
        Claim head = claims;
        if (head == null) {
            claim.sessionPrevious = claim;
            claim.sessionNext = claim;
            claims = claim;
        } else {
            Claim tail = linked(head.sessionPrevious);
            claim.sessionPrevious = tail;
            claim.sessionNext = head;
            tail.sessionNext = claim;
            head.sessionPrevious = claim;
        }
        claimCount++;
    }

    void remove(Claim claim) {
        Claim previous = linked(claim.sessionPrevious);
        Claim next = linked(claim.sessionNext);
        claim.sessionPrevious = null;
        claim.sessionNext = null;
        if (next == claim) {
            claims = null;
        } else {
            previous.sessionNext = next;
            next.sessionPrevious = previous;
            claims = claims == claim ? next : claims;
        }
        claimCount--;
    }

    private static Claim linked(@Nullable Claim neighbour) {
        if (neighbour == null) {
            throw new IllegalStateException("a claim outside its ring");
        }
        return neighbour;
    }
}
