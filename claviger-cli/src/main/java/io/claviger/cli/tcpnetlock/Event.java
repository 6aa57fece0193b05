package io.claviger.cli.tcpnetlock;

import io.claviger.cli.process.Signals;

/**
 * What can happen to a running tool. All events meet in one queue that one thread empties, so that their order is
 * decided once and no state is shared.
 */
sealed interface Event {
    /** The tool itself got a signal. */
    record Signalled(Signals.Kind signal) implements Event {}

    /** A try for the lock ended. */
    record Answered(LockRequest.Answer answer) implements Event {}

    /** The lock is held no more although nobody released it. */
    record Lost(HeldLock.Loss loss) implements Event {}

    /** The command ended; the status of a command that died of signal n is 128 + n. */
    record CommandEnded(int status) implements Event {}
}
