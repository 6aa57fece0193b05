package io.claviger.server.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.claviger.engine.Bytes;
import io.claviger.engine.Command;
import io.claviger.engine.Guard;
import io.claviger.engine.Limits;
import io.claviger.engine.LockMachine;
import io.claviger.engine.Origin;
import io.claviger.engine.RecordView;
import io.claviger.protocol.v1.DeleteRecord;
import io.claviger.protocol.v1.GetRecord;
import io.claviger.protocol.v1.ListRecords;
import io.claviger.protocol.v1.PutRecord;
import io.claviger.protocol.v1.RecordRead;
import io.claviger.protocol.v1.RecordsListed;
import io.claviger.protocol.v1.StoredRecord;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The key-value store between the words of the wire and those of the machine, for streams and single calls. */
final class RecordWords {
    private RecordWords() {}

    static Command put(PutRecord wire, Origin origin) {
        return new Command.PutRecord(
                origin,
                wire.getKey(),
                Bytes.copyOf(wire.getValue().toByteArray()),
                wire.getTtlNanos(),
                wire.hasExpectedVersion() ? wire.getExpectedVersion() : Command.ANY_VERSION,
                wire.hasGuard() ? Optional.of(guard(wire.getGuard())) : Optional.empty());
    }

    static Command delete(DeleteRecord wire, Origin origin) {
        return new Command.DeleteRecord(
                origin,
                wire.getKey(),
                wire.hasExpectedVersion() ? wire.getExpectedVersion() : Command.ANY_VERSION,
                wire.hasGuard() ? Optional.of(guard(wire.getGuard())) : Optional.empty());
    }

    static RecordRead read(LockMachine machine, GetRecord wire) {
        RecordRead.Builder read = RecordRead.newBuilder();
        machine.record(wire.getKey()).ifPresent(found -> read.setRecord(record(found, !wire.getWithoutValue())));
        return read.build();
    }

    static RecordsListed list(LockMachine machine, ListRecords wire) {
        int limit = wire.getLimit() == 0 ? GrpcLimits.DEFAULT_PAGE : wire.getLimit();
        List<RecordView> page = machine.records(wire.getPrefix(), wire.getAfter(), limit, GrpcLimits.RECORDS_BYTES);
        RecordsListed.Builder listed = RecordsListed.newBuilder();
        page.forEach(found -> listed.addRecords(record(found, true)));
        if (!page.isEmpty()) {
            String last = page.get(page.size() - 1).key();
            listed.setMore(!machine.records(wire.getPrefix(), last, 1, 0).isEmpty());
        }
        return listed.build();
    }

    /** Says what is wrong with the numbers of a command, which the machine would take for something else; or nothing. */
    static @Nullable String fault(io.claviger.protocol.v1.Command wire) {
        return switch (wire.getKindCase()) {
            case PUT ->
                wire.getPut().hasExpectedVersion()
                        ? faultOfVersion(wire.getPut().getExpectedVersion())
                        : null;
            case DELETE ->
                wire.getDelete().hasExpectedVersion()
                        ? faultOfVersion(wire.getDelete().getExpectedVersion())
                        : null;
            case LIST -> faultOfLimit(wire.getList().getLimit());
            default -> null;
        };
    }

    static @Nullable String faultOfVersion(long version) {
        return version >= 0 && version < Limits.MAX_NUMBER
                ? null
                : "the expected version " + Long.toUnsignedString(version) + "; it must be below 2^53";
    }

    static @Nullable String faultOfLimit(int limit) {
        return limit >= 0 && limit <= GrpcLimits.MAX_PAGE
                ? null
                : "a limit of " + limit + " records; it must be from 0, for " + GrpcLimits.DEFAULT_PAGE + ", to "
                        + GrpcLimits.MAX_PAGE;
    }

    private static Guard guard(io.claviger.protocol.v1.Guard wire) {
        return new Guard(wire.getName(), wire.getToken());
    }

    private static StoredRecord record(RecordView found, boolean withValue) {
        StoredRecord.Builder record =
                StoredRecord.newBuilder().setKey(found.key()).setVersion(found.version());
        if (withValue) {
            // The array is a copy already, and nobody else has it.
            ByteString value = UnsafeByteOperations.unsafeWrap(found.value().toArray());
            record.setValue(value);
        }
        if (found.leftNanos() != Long.MAX_VALUE) {
            record.setLeftNanos(found.leftNanos());
        }
        return record.build();
    }
}
