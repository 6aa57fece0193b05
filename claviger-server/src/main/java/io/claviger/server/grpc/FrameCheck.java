package io.claviger.server.grpc;

import io.claviger.engine.Limits;
import io.claviger.protocol.v1.ClientFrame;
import io.claviger.protocol.v1.ClientFrame.OpeningCase;
import io.claviger.protocol.v1.Command;
import io.claviger.protocol.v1.Command.KindCase;
import org.jspecify.annotations.Nullable;

/** Says what is wrong with a client frame, before anything of it is applied. */
final class FrameCheck {
    private FrameCheck() {}

    /**
     * Returns what is wrong, or nothing.
     *
     * @param previous the number of the frame before in this stream; 0 = this is the first
     */
    static @Nullable String fault(ClientFrame frame, long previous) {
        String fault = faultOfHead(frame, previous);
        for (int i = 0; fault == null && i < frame.getCommandsCount(); i++) {
            fault = fault(frame.getCommands(i));
            if (fault != null) {
                return "frame " + frame.getNumber() + ", command " + (i + 1) + ": " + fault;
            }
        }
        return fault;
    }

    private static @Nullable String faultOfHead(ClientFrame frame, long previous) {
        long number = frame.getNumber();
        if (previous == 0 ? !isNumber(number) : number != previous + 1) {
            return "frame number " + Long.toUnsignedString(number) + " instead of "
                    + (previous == 0 ? "one from 1" : previous + 1);
        }
        boolean opens = frame.getOpeningCase() != OpeningCase.OPENING_NOT_SET;
        if (previous == 0 && !opens) {
            return "the first frame of a stream must open a session or attach to one";
        }
        if (previous != 0 && opens) {
            return "frame " + number + " opens or attaches; only the first frame of a stream may do so";
        }
        if (frame.hasAttach() && frame.getAttach().getAttachment() < 2) {
            return "attachment " + frame.getAttach().getAttachment()
                    + " instead of one from 2: the stream that opened the session has 1";
        }
        if (frame.getAcknowledged() != 0 && !isNumber(frame.getAcknowledged())) {
            return "frame " + number + " acknowledges " + Long.toUnsignedString(frame.getAcknowledged())
                    + "; sequence numbers stay below 2^53";
        }
        return frame.getCommandsCount() <= GrpcLimits.MAX_COMMANDS
                ? null
                : "frame " + number + " has " + frame.getCommandsCount() + " commands; at most "
                        + GrpcLimits.MAX_COMMANDS + " may stand in one";
    }

    private static @Nullable String fault(Command command) {
        KindCase kind = command.getKindCase();
        if (kind == KindCase.KIND_NOT_SET) {
            return "a command that this server does not know";
        }
        boolean numbered = kind != KindCase.HEARTBEAT && kind != KindCase.VERIFY;
        long sequence = command.getSequence();
        if (numbered && !isNumber(sequence)) {
            return kind + " with the sequence number " + Long.toUnsignedString(sequence)
                    + "; it must be from 1 and below 2^53";
        }
        if (!numbered && sequence != 0) {
            return kind + " with the sequence number " + Long.toUnsignedString(sequence) + "; it must have none";
        }
        if (kind == KindCase.VERIFY) {
            return faultOfKeys(command.getVerify().getKeysCount());
        }
        String fault = RecordWords.fault(command);
        return fault == null ? null : kind + " with " + fault;
    }

    private static @Nullable String faultOfKeys(int halves) {
        if (halves % 2 != 0) {
            return "VERIFY with " + halves + " halves of keys; each key has two";
        }
        return halves / 2 <= GrpcLimits.MAX_VERIFIED_KEYS
                ? null
                : "VERIFY with " + halves / 2 + " keys; at most " + GrpcLimits.MAX_VERIFIED_KEYS
                        + " may be asked at once";
    }

    private static boolean isNumber(long number) {
        return number >= 1 && number < Limits.MAX_NUMBER;
    }
}
