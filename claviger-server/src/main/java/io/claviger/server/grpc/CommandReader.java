package io.claviger.server.grpc;

import io.claviger.engine.Command;
import io.claviger.engine.Origin;
import io.claviger.engine.OwnerKey;

/** Translates commands of the wire into commands of the machine. */
final class CommandReader {
    private CommandReader() {}

    /** Reads any command but the questions, which change nothing and so are none to the machine. */
    static Command read(io.claviger.protocol.v1.Command wire, Origin origin) {
        return switch (wire.getKindCase()) {
            case ACQUIRE -> acquire(wire.getAcquire(), origin);
            case WITHDRAW ->
                new Command.Withdraw(
                        origin,
                        key(wire.getWithdraw().getKeyHigh(), wire.getWithdraw().getKeyLow()));
            case RELEASE ->
                new Command.Release(
                        origin,
                        key(wire.getRelease().getKeyHigh(), wire.getRelease().getKeyLow()));
            case RENEW ->
                new Command.Renew(
                        origin,
                        key(wire.getRenew().getKeyHigh(), wire.getRenew().getKeyLow()),
                        wire.getRenew().getLeaseNanos());
            case HEARTBEAT -> new Command.RenewSession(origin);
            case HAND_OFF -> handOff(wire.getHandOff(), origin);
            case ADOPT -> adopt(wire.getAdopt(), origin);
            case END -> new Command.EndSession(origin);
            case PUT -> RecordWords.put(wire.getPut(), origin);
            case DELETE -> RecordWords.delete(wire.getDelete(), origin);
            case VERIFY, LOOK, GET, LIST, KIND_NOT_SET ->
                throw new IllegalArgumentException("not a command: " + wire.getKindCase());
        };
    }

    static Command.Renewing renewing(boolean manual) {
        return manual ? Command.Renewing.BY_KEY : Command.Renewing.BY_SESSION;
    }

    /** Permits and capacity count as 1 when they are absent. */
    static int orOne(int number) {
        return number == 0 ? 1 : number;
    }

    private static Command acquire(io.claviger.protocol.v1.Acquire wire, Origin origin) {
        return new Command.Acquire(
                origin,
                wire.getName(),
                key(wire.getKeyHigh(), wire.getKeyLow()),
                orOne(wire.getPermits()),
                orOne(wire.getCapacity()),
                wire.getLeaseNanos(),
                wire.getOnce() ? Command.Waiting.NEVER : Command.Waiting.QUEUE,
                renewing(wire.getManualRenewal()),
                wire.getActor());
    }

    private static Command handOff(io.claviger.protocol.v1.HandOff wire, Origin origin) {
        return new Command.HandOff(
                origin,
                key(wire.getKeyHigh(), wire.getKeyLow()),
                key(wire.getTicketHigh(), wire.getTicketLow()),
                wire.getParkNanos());
    }

    private static Command adopt(io.claviger.protocol.v1.Adopt wire, Origin origin) {
        return new Command.Adopt(
                origin,
                key(wire.getTicketHigh(), wire.getTicketLow()),
                key(wire.getKeyHigh(), wire.getKeyLow()),
                wire.getLeaseNanos(),
                renewing(wire.getManualRenewal()),
                wire.getActor());
    }

    private static OwnerKey key(long high, long low) {
        return new OwnerKey(high, low);
    }
}
