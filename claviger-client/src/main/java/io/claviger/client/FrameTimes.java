package io.claviger.client;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** When the newest frames of a session were sent: what the server names a frame for. Guarded by its owner. */
final class FrameTimes {
    private record Sent(long number, Moment moment) {}

    private final ArrayDeque<Sent> frames = new ArrayDeque<>();

    void add(long number, Moment moment) {
        frames.add(new Sent(number, moment));
    }

    /** Returns when a frame was sent; nothing if it is not known any more. */
    @Nullable
    Moment of(long number) {
        for (Sent frame : frames) {
            if (frame.number() == number) {
                return frame.moment();
            }
        }
        return null;
    }

    /** Forgets the frames before one: the server never names an older one later. */
    void forgetBefore(long number) {
        while (!frames.isEmpty() && frames.getFirst().number() < number) {
            frames.removeFirst();
        }
    }

    void clear() {
        frames.clear();
    }
}
