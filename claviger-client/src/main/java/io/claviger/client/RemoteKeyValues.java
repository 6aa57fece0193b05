package io.claviger.client;

import io.claviger.Entry;
import io.claviger.ListOptions;
import io.claviger.Page;
import io.claviger.PutOptions;
import io.claviger.ReadConsistency;
import io.claviger.RejectedException;
import io.claviger.Value;
import io.claviger.protocol.v1.Command;
import io.claviger.protocol.v1.Event;
import io.claviger.protocol.v1.GetRecord;
import io.claviger.protocol.v1.ListRecords;
import io.claviger.protocol.v1.RecordsListed;
import io.claviger.protocol.v1.StoredRecord;
import io.claviger.spi.DeleteRequest;
import io.claviger.spi.KeyValueBackend;
import io.claviger.spi.PutRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/** The records of a server: writes are numbered commands of the session, reads are questions in it. */
final class RemoteKeyValues implements KeyValueBackend {
    /** Bytes of values that are on their way, or wait to leave: whoever writes faster than the network is told so. 64 MiB. */
    static final long MAX_BYTES_UNDER_WAY = 64L * 1024 * 1024;

    private final ClientSession session;
    private final AtomicLong bytesUnderWay = new AtomicLong();

    RemoteKeyValues(ClientSession session) {
        this.session = session;
    }

    @Override
    public CompletableFuture<Optional<Entry>> put(PutRequest request) {
        int length = request.value().length();
        if (bytesUnderWay.addAndGet(length) > MAX_BYTES_UNDER_WAY) {
            bytesUnderWay.addAndGet(-length);
            return CompletableFuture.failedFuture(new RejectedException("'" + request.key()
                    + "' was not written: values of " + MAX_BYTES_UNDER_WAY
                    + " bytes are on their way, which is the limit; wait for some of them"));
        }
        RecordWrite<Optional<Entry>> write = new RecordWrite<>(
                session, Commands.put(request), request.key(), request.guard(), event -> written(request, event));
        CompletableFuture<Optional<Entry>> outcome = write.ask();
        var unused = outcome.whenComplete((entry, failure) -> bytesUnderWay.addAndGet(-length));
        return outcome;
    }

    private static Optional<Entry> written(PutRequest request, Event event) {
        PutOptions options = request.options();
        return event.hasRecordPut()
                ? Optional.of(new Entry(
                        request.key(), request.value(), event.getRecordPut().getVersion(), options.timeToLive()))
                : Optional.empty();
    }

    @Override
    public CompletableFuture<Boolean> delete(DeleteRequest request) {
        return new RecordWrite<>(
                        session,
                        Commands.delete(request),
                        request.key(),
                        request.guard(),
                        event -> event.getRecordDeleted().getVersion() != 0)
                .ask();
    }

    @Override
    public CompletableFuture<Optional<Entry>> get(String key, ReadConsistency consistency) {
        return ask(GetRecord.newBuilder().setKey(key), RemoteKeyValues::read);
    }

    @Override
    public CompletableFuture<Boolean> exists(String key, ReadConsistency consistency) {
        return ask(
                GetRecord.newBuilder().setKey(key).setWithoutValue(true),
                event -> event.getRecordRead().hasRecord());
    }

    @Override
    public CompletableFuture<Page> list(String prefix, ListOptions options) {
        ListRecords.Builder list = ListRecords.newBuilder()
                .setPrefix(prefix)
                .setAfter(options.after())
                .setLimit(options.limit());
        return new Question<>(
                        session,
                        "the records of '" + prefix + "'",
                        () -> Command.newBuilder().setList(list),
                        event -> page(event.getRecordsListed()))
                .ask();
    }

    private <T> CompletableFuture<T> ask(GetRecord.Builder get, Function<Event, T> reader) {
        return new Question<>(
                        session,
                        "the record '" + get.getKey() + "'",
                        () -> Command.newBuilder().setGet(get),
                        reader)
                .ask();
    }

    private static Optional<Entry> read(Event event) {
        return event.getRecordRead().hasRecord()
                ? Optional.of(entry(event.getRecordRead().getRecord()))
                : Optional.empty();
    }

    private static Page page(RecordsListed listed) {
        List<Entry> entries =
                listed.getRecordsList().stream().map(RemoteKeyValues::entry).toList();
        boolean more = listed.getMore() && !entries.isEmpty();
        return new Page(
                entries, more ? Optional.of(entries.get(entries.size() - 1).key()) : Optional.empty());
    }

    private static Entry entry(StoredRecord told) {
        Optional<Duration> left =
                told.hasLeftNanos() ? Optional.of(Duration.ofNanos(told.getLeftNanos())) : Optional.empty();
        return new Entry(told.getKey(), Value.bytes(told.getValue().toByteArray()), told.getVersion(), left);
    }

    /** Returns how many bytes of values are on their way. */
    long bytesUnderWay() {
        return bytesUnderWay.get();
    }
}
