package io.claviger.client;

import io.claviger.LossReason;
import io.claviger.engine.Limits;
import io.claviger.protocol.v1.Command;
import io.claviger.protocol.v1.End;
import io.claviger.protocol.v1.RefusalReason;
import io.claviger.spi.AcquireRequest;

/** Between the words of the protocol and those of the API. */
final class Words {
    private Words() {}

    static LossReason reason(io.claviger.protocol.v1.LossReason reason) {
        return switch (reason) {
            case LOSS_REASON_REVOKED -> LossReason.REVOKED;
            case LOSS_REASON_RELEASED -> LossReason.RELEASED;
            default -> LossReason.EXPIRED;
        };
    }

    static Command end(long sequence) {
        return Command.newBuilder()
                .setSequence(sequence)
                .setEnd(End.getDefaultInstance())
                .build();
    }

    static String describe(AcquireRequest request, RefusalReason reason) {
        String name = "'" + request.name() + "'";
        return switch (reason) {
            case REFUSAL_REASON_CAPACITY_MISMATCH ->
                name + " is in use with another capacity than " + request.capacity()
                        + "; all who use a name must agree on its capacity";
            case REFUSAL_REASON_TOO_MANY_WAITERS ->
                name + " has " + Limits.MAX_WAITERS_PER_NAME + " waiters, which is the limit; try again later";
            default -> name + " was refused: " + describe(reason);
        };
    }

    static String describe(RefusalReason reason) {
        return switch (reason) {
            case REFUSAL_REASON_TOO_MANY_SESSIONS -> "the server has as many sessions as it allows; try again later";
            case REFUSAL_REASON_TOO_MANY_CLAIMS ->
                "the client has " + Limits.MAX_CLAIMS_PER_SESSION + " grants and waiters, which is the limit";
            case REFUSAL_REASON_TOO_MANY_RECORDS ->
                "there are " + Limits.MAX_RECORDS + " records, or they take " + Limits.MAX_RECORD_BYTES
                        + " bytes or a quarter of the server's memory, which is the limit; delete some";
            case REFUSAL_REASON_UNSPECIFIED, UNRECOGNIZED -> "for a reason that this version does not know";
            default ->
                reason.name()
                        .substring("REFUSAL_REASON_".length())
                        .toLowerCase(java.util.Locale.ROOT)
                        .replace('_', ' ');
        };
    }
}
