package io.claviger.server.grpc;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the bytes of long answers to single calls that clients have not read, over all connections. A stream answers no more
 * questions while its client does not read; single calls know nothing of each other, and a client may make thousands. Thread-safe.
 */
final class UnreadAnswers {
    private final AtomicLong bytes = new AtomicLong();

    /** What one call takes. */
    final class Share {
        private int taken;
        private boolean over;

        /** Takes room for an answer. Returns whether there is as much. */
        synchronized boolean take(int length) {
            if (over) {
                // The client left before it was answered, and nothing will be sent.
                return true;
            }
            if (bytes.addAndGet(length) > GrpcLimits.MAX_UNREAD_BYTES) {
                bytes.addAndGet(-length);
                return false;
            }
            taken += length;
            return true;
        }

        /** Gives it back: the client has read the answer, or is gone. */
        synchronized void giveBack() {
            over = true;
            bytes.addAndGet(-taken);
            taken = 0;
        }
    }

    Share share() {
        return new Share();
    }

    long bytes() {
        return bytes.get();
    }
}
