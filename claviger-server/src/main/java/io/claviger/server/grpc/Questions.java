package io.claviger.server.grpc;

import io.claviger.engine.Limits;
import io.claviger.engine.LockMachine;
import io.claviger.engine.LockView.ClaimView;
import io.claviger.engine.OwnerKey;
import io.claviger.protocol.v1.Command;
import io.claviger.protocol.v1.Event;
import io.claviger.protocol.v1.Look;
import io.claviger.protocol.v1.Looked;
import io.claviger.protocol.v1.Verified;
import io.claviger.protocol.v1.Verify;
import java.util.function.Function;

/** The commands of the wire that change nothing: they read the machine, and what they read is the answer. */
final class Questions {
    private Questions() {}

    static boolean isOne(Command wire) {
        return wire.hasVerify() || wire.hasLook() || wire.hasGet() || wire.hasList();
    }

    /** Returns what a question of a session reads, as its answer. */
    static Function<LockMachine, Event> read(Command wire, long session) {
        if (wire.hasVerify()) {
            return machine -> verified(machine, wire.getVerify(), session);
        }
        return machine -> {
            Event.Builder answer = Event.newBuilder().setSequence(wire.getSequence());
            if (wire.hasLook()) {
                answer.setLooked(looked(machine, wire.getLook()));
            } else if (wire.hasGet()) {
                answer.setRecordRead(RecordWords.read(machine, wire.getGet()));
            } else {
                answer.setRecordsListed(RecordWords.list(machine, wire.getList()));
            }
            return answer.build();
        };
    }

    private static Event verified(LockMachine machine, Verify verify, long session) {
        Verified.Builder verified = Verified.newBuilder().setAsked(verify.getKeysCount() / 2);
        for (int i = 0; i < verify.getKeysCount(); i += 2) {
            long high = verify.getKeys(i);
            long low = verify.getKeys(i + 1);
            if (!machine.isHeld(session, new OwnerKey(high, low))) {
                verified.addNotHeld(high).addNotHeld(low);
            }
        }
        return Event.newBuilder().setVerified(verified).build();
    }

    private static Looked looked(LockMachine machine, Look look) {
        Looked.Builder looked = Looked.newBuilder();
        long bytes = 0;
        for (ClaimView grant : machine.holders(look.getName(), Limits.MAX_HOLDERS_TOLD)) {
            Looked.Holder holder = Looked.Holder.newBuilder()
                    .setToken(grant.token())
                    .setPermits(grant.permits())
                    .setActor(grant.actor())
                    .setLabel(grant.label())
                    .build();
            bytes += holder.getSerializedSize() + GrpcLimits.FIELD_BYTES;
            if (bytes > GrpcLimits.LOOK_BYTES) {
                break;
            }
            looked.addHolders(holder);
        }
        return looked.build();
    }
}
