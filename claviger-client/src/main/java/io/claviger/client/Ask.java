package io.claviger.client;

import io.claviger.protocol.v1.Command;
import io.claviger.protocol.v1.Event;
import org.jspecify.annotations.Nullable;

/** One numbered command, from being asked to being answered. The session guards its state. */
final class Ask {
    /** Is told the outcome, once, on the loop and outside every lock. */
    interface Answer {
        /**
         * The command was applied, or refused.
         *
         * @param sent when it was sent for the first time: what it did was done later than that
         */
        void answered(Event event, Moment sent);

        /** It will not be answered any more. */
        void failed(Failure failure);
    }

    /**
     * Why there is no answer.
     *
     * @param sent whether it had been sent, so that perhaps it was done
     */
    record Failure(Cause cause, boolean sent, String message) {}

    /** What stands behind a {@link Failure}. */
    enum Cause {
        /** The session is over, another one is coming. */
        SESSION_OVER,
        /** No server could be reached for so long that waiting makes no sense. */
        UNREACHABLE,
        /** The server does not let us in. */
        REFUSED,
        /** The client was closed. */
        CLOSED
    }

    /** For commands whose outcome nobody waits for. */
    static final Answer NOBODY = new Answer() {
        @Override
        public void answered(Event event, Moment sent) {}

        @Override
        public void failed(Failure failure) {}
    };

    final Command.Builder command;
    final Answer answer;
    final Moment asked;
    long sequence;

    @Nullable
    Moment sent;

    Ask(Command.Builder command, Answer answer, Moment asked) {
        this.command = command;
        this.answer = answer;
        this.asked = asked;
    }

    /** Whether it was answered or has failed. */
    volatile boolean over;

    /** Whether others may be waiting for what it does. */
    boolean givesBack() {
        return command.hasRelease() || command.hasWithdraw() || command.hasHandOff();
    }

    Failure failure(Cause cause, String message) {
        return new Failure(cause, sent != null, message);
    }
}
