package io.claviger.server.grpc;

import io.claviger.engine.EndReason;
import io.claviger.engine.Event;
import io.claviger.engine.LossReason;
import io.claviger.protocol.v1.Command.KindCase;
import io.claviger.protocol.v1.Deadlock;
import io.claviger.protocol.v1.Ended;
import io.claviger.protocol.v1.Granted;
import io.claviger.protocol.v1.HandedOff;
import io.claviger.protocol.v1.HeartbeatApplied;
import io.claviger.protocol.v1.Lost;
import io.claviger.protocol.v1.NotGranted;
import io.claviger.protocol.v1.NotHeld;
import io.claviger.protocol.v1.Queued;
import io.claviger.protocol.v1.RecordDeleted;
import io.claviger.protocol.v1.RecordPut;
import io.claviger.protocol.v1.Refused;
import io.claviger.protocol.v1.Released;
import io.claviger.protocol.v1.Renewed;
import io.claviger.protocol.v1.VersionMismatch;
import io.claviger.protocol.v1.Withdrawn;

/** Translates events of the machine into events of the wire. */
final class EventWriter {
    private EventWriter() {}

    /**
     * Writes the answer to a command.
     *
     * @param kind of the command
     * @param clientFrame the frame that it stood in
     */
    static io.claviger.protocol.v1.Event answer(KindCase kind, long sequence, long clientFrame, Event.Reply reply) {
        io.claviger.protocol.v1.Event.Builder event =
                io.claviger.protocol.v1.Event.newBuilder().setSequence(sequence);
        if (reply instanceof Event.Granted granted) {
            event.setGranted(kind == KindCase.ADOPT ? adopted(granted) : granted(granted));
        } else if (reply instanceof Event.Queued) {
            event.setQueued(Queued.getDefaultInstance());
        } else if (reply instanceof Event.Released) {
            event.setReleased(Released.getDefaultInstance());
        } else if (reply instanceof Event.NotGranted) {
            event.setNotGranted(NotGranted.getDefaultInstance());
        } else if (reply instanceof Event.SessionRenewed) {
            event.setHeartbeatApplied(HeartbeatApplied.newBuilder().setClientFrame(clientFrame));
        } else if (reply instanceof Event.Renewed renewed) {
            event.setRenewed(Renewed.newBuilder().setLeaseNanos(renewed.leaseNanos()));
        } else if (reply instanceof Event.Withdrawn) {
            event.setWithdrawn(Withdrawn.getDefaultInstance());
        } else if (reply instanceof Event.NotHeld) {
            event.setNotHeld(NotHeld.getDefaultInstance());
        } else if (reply instanceof Event.HandedOff) {
            event.setHandedOff(HandedOff.getDefaultInstance());
        } else if (reply instanceof Event.Deadlock deadlock) {
            event.setDeadlock(deadlock(deadlock));
        } else if (reply instanceof Event.SessionEnded ended) {
            event.setEnded(ended(ended));
        } else if (reply instanceof Event.RecordPut put) {
            event.setRecordPut(RecordPut.newBuilder().setVersion(put.version()));
        } else if (reply instanceof Event.RecordDeleted deleted) {
            event.setRecordDeleted(RecordDeleted.newBuilder().setVersion(deleted.version()));
        } else if (reply instanceof Event.VersionMismatch mismatch) {
            event.setVersionMismatch(VersionMismatch.newBuilder().setVersion(mismatch.version()));
        } else if (reply instanceof Event.Rejected rejected) {
            event.setRefused(Refused.newBuilder().setReason(Refusals.reason(rejected.reason())));
        } else {
            throw new IllegalStateException("no answer to a client: " + reply.getClass());
        }
        return event.build();
    }

    /** Writes what is pushed. */
    static io.claviger.protocol.v1.Event push(Event.Notice notice) {
        io.claviger.protocol.v1.Event.Builder event = io.claviger.protocol.v1.Event.newBuilder();
        if (notice instanceof Event.Granted granted) {
            event.setGranted(granted(granted)
                    .setKeyHigh(granted.key().high())
                    .setKeyLow(granted.key().low()));
        } else if (notice instanceof Event.Lost lost) {
            event.setLost(Lost.newBuilder()
                    .setKeyHigh(lost.key().high())
                    .setKeyLow(lost.key().low())
                    .setReason(reason(lost.reason())));
        } else if (notice instanceof Event.SessionEnded ended) {
            event.setEnded(ended(ended));
        }
        return event.build();
    }

    private static Granted.Builder granted(Event.Granted granted) {
        return Granted.newBuilder().setToken(granted.token()).setLeaseNanos(granted.leaseNanos());
    }

    private static Granted.Builder adopted(Event.Granted granted) {
        return granted(granted).setName(granted.name()).setPermits(granted.permits());
    }

    private static Deadlock deadlock(Event.Deadlock deadlock) {
        Deadlock.Builder cycle = Deadlock.newBuilder();
        deadlock.cycle()
                .forEach(wait -> cycle.addCycle(
                        Deadlock.Wait.newBuilder().setActor(wait.actor()).setName(wait.name())));
        return cycle.build();
    }

    private static Ended ended(Event.SessionEnded ended) {
        return Ended.newBuilder()
                .setReason(
                        ended.reason() == EndReason.EXPIRED
                                ? io.claviger.protocol.v1.EndReason.END_REASON_EXPIRED
                                : io.claviger.protocol.v1.EndReason.END_REASON_CLOSED)
                .build();
    }

    private static io.claviger.protocol.v1.LossReason reason(LossReason reason) {
        return switch (reason) {
            case EXPIRED -> io.claviger.protocol.v1.LossReason.LOSS_REASON_EXPIRED;
            case REVOKED -> io.claviger.protocol.v1.LossReason.LOSS_REASON_REVOKED;
            case RELEASED -> io.claviger.protocol.v1.LossReason.LOSS_REASON_RELEASED;
        };
    }
}
