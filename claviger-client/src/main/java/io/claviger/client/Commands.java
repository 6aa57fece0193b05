package io.claviger.client;

import com.google.protobuf.UnsafeByteOperations;
import io.claviger.LockOptions.Renewal;
import io.claviger.engine.OwnerKey;
import io.claviger.protocol.v1.Acquire;
import io.claviger.protocol.v1.Adopt;
import io.claviger.protocol.v1.Command;
import io.claviger.protocol.v1.DeleteRecord;
import io.claviger.protocol.v1.Guard;
import io.claviger.protocol.v1.HandOff;
import io.claviger.protocol.v1.PutRecord;
import io.claviger.protocol.v1.Release;
import io.claviger.protocol.v1.Renew;
import io.claviger.protocol.v1.Withdraw;
import io.claviger.spi.AcquireRequest;
import io.claviger.spi.DeleteRequest;
import io.claviger.spi.PutRequest;
import io.claviger.spi.WriteGuard;
import java.time.Duration;

/** The commands of the protocol, still without their numbers. */
final class Commands {
    private Commands() {}

    static Command.Builder acquire(AcquireRequest request, OwnerKey key) {
        Acquire.Builder acquire = Acquire.newBuilder()
                .setName(request.name())
                .setKeyHigh(key.high())
                .setKeyLow(key.low())
                .setPermits(request.permits())
                .setCapacity(request.capacity())
                .setLeaseNanos(leaseNanos(request))
                .setOnce(isTry(request))
                .setManualRenewal(isManual(request));
        request.options().actor().ifPresent(acquire::setActor);
        return Command.newBuilder().setAcquire(acquire);
    }

    static Command.Builder adopt(AcquireRequest request, OwnerKey ticket, OwnerKey key) {
        return Command.newBuilder()
                .setAdopt(Adopt.newBuilder()
                        .setTicketHigh(ticket.high())
                        .setTicketLow(ticket.low())
                        .setKeyHigh(key.high())
                        .setKeyLow(key.low())
                        .setLeaseNanos(leaseNanos(request))
                        .setManualRenewal(isManual(request)));
    }

    static Command.Builder withdraw(OwnerKey key) {
        return Command.newBuilder()
                .setWithdraw(Withdraw.newBuilder().setKeyHigh(key.high()).setKeyLow(key.low()));
    }

    static Command.Builder renew(OwnerKey key) {
        return Command.newBuilder()
                .setRenew(Renew.newBuilder().setKeyHigh(key.high()).setKeyLow(key.low()));
    }

    static Command.Builder release(OwnerKey key) {
        return Command.newBuilder()
                .setRelease(Release.newBuilder().setKeyHigh(key.high()).setKeyLow(key.low()));
    }

    static Command.Builder handOff(OwnerKey key, OwnerKey ticket, long parkNanos) {
        return Command.newBuilder()
                .setHandOff(HandOff.newBuilder()
                        .setKeyHigh(key.high())
                        .setKeyLow(key.low())
                        .setTicketHigh(ticket.high())
                        .setTicketLow(ticket.low())
                        .setParkNanos(parkNanos));
    }

    static Command.Builder put(PutRequest request) {
        PutRecord.Builder put = PutRecord.newBuilder()
                .setKey(request.key())
                // The array is a copy already, and nobody else has it.
                .setValue(UnsafeByteOperations.unsafeWrap(request.value().asBytes()))
                .setTtlNanos(
                        request.options().timeToLive().map(Duration::toNanos).orElse(0L));
        request.expectedVersion().ifPresent(put::setExpectedVersion);
        request.guard().ifPresent(guard -> put.setGuard(guard(guard)));
        return Command.newBuilder().setPut(put);
    }

    static Command.Builder delete(DeleteRequest request) {
        DeleteRecord.Builder delete = DeleteRecord.newBuilder().setKey(request.key());
        request.expectedVersion().ifPresent(delete::setExpectedVersion);
        request.guard().ifPresent(guard -> delete.setGuard(guard(guard)));
        return Command.newBuilder().setDelete(delete);
    }

    private static Guard guard(WriteGuard guard) {
        return Guard.newBuilder()
                .setName(guard.name())
                .setToken(guard.token().value())
                .build();
    }

    /** Returns the length of the lease that is asked for; 0 = none. */
    static long leaseNanos(AcquireRequest request) {
        return request.options().lease().map(Duration::toNanos).orElse(0L);
    }

    static boolean isTry(AcquireRequest request) {
        return request.waitLimit().map(Duration::isZero).orElse(false);
    }

    static boolean isManual(AcquireRequest request) {
        return request.options().renewal() == Renewal.MANUAL;
    }
}
