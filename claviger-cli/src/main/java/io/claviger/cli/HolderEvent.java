package io.claviger.cli;

import io.claviger.LossReason;
import io.claviger.MultiLease;
import io.claviger.cli.process.Signals;
import java.util.Optional;

/**
 * What can happen to {@code run} and {@code hold}. All events meet in one queue that one thread empties, so that their
 * order is decided once and no state is shared.
 */
sealed interface HolderEvent {
    /** We got a signal. */
    record Signalled(Signals.Kind signal) implements HolderEvent {}

    /** The request for the locks was answered; empty = not granted within the limit. */
    record Answered(Optional<MultiLease> leases) implements HolderEvent {}

    /** The request for the locks failed. */
    record Failed(RuntimeException failure) implements HolderEvent {}

    /** A lock is held no more although we did not release it. */
    record Lost(String name, LossReason reason) implements HolderEvent {}

    /** The command ended; the status of a command that died of signal n is 128 + n. */
    record CommandEnded(int status) implements HolderEvent {}

    /** Standard input ended. */
    record InputEnded() implements HolderEvent {}
}
