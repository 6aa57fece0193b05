package io.claviger.dynamodb;

import io.claviger.KeyValueStore;
import io.claviger.LockClient;
import io.claviger.ReadConsistency;
import io.claviger.RejectedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The words of dynalock, so that its programs can be translated line by line, over {@link DynamoLayout#DYNALOCK}. Example:
 *
 * <pre>{@code
 * try (Dynalock agents = Dynalock.newWithDefaults("agents", "Agent")) {
 *     agents.put("orchestra/w1", Dynalock.writeWithTTL(Duration.ofMinutes(5)), Dynalock.writeWithBytes(bytes));
 *     Dynalock.KVPair pair = agents.get("orchestra/w1");
 *     agents.atomicPut("orchestra/w1", Dynalock.writeWithPreviousKV(pair), Dynalock.writeWithBytes(more));
 * }
 * }</pre>
 *
 * <p>Thread-safe. What is otherwise than there: a write without a time to live never ends (there it ends after 20 s), and {@code
 * writeWithNoExpires} takes a time to live away; without a value, one that is there stays; a listing of nothing is always a {@link
 * KeyNotFoundException}; {@code atomicDelete} of another version is a {@link KeyModifiedException}; an empty prefix lists everything. Versions never restart. All
 * methods block, and fail as those of {@link io.claviger.KeyValueStore} besides what they say.
 */
public final class Dynalock implements AutoCloseable {
    private static final long CALL_NANOS = 4_000_000_000L;
    private static final int PAGE = 1_000;

    private final DynamoBackend backend;
    private final RecordTable table;
    private final String partition;
    private final LockClient client;

    private Dynalock(DynamoBackend backend, RecordTable table, String partition) {
        this.backend = backend;
        this.table = table;
        this.partition = partition;
        this.client = LockClient.over(backend);
    }

    /** Opens a store with a client of the caller's, which is not closed: {@code dynalock.New(svc, table, partition)}. */
    public static Dynalock create(DynamoDbAsyncClient dynamoSvc, String tableName, String partition) {
        return open(DynamoConfig.builder(tableName).client(dynamoSvc), partition);
    }

    /** Opens a store; region, credentials and endpoint come from the environment: {@code dynalock.NewWithDefaults(table, partition)}. */
    public static Dynalock newWithDefaults(String tableName, String partition) {
        return open(DynamoConfig.builder(tableName), partition);
    }

    private static Dynalock open(DynamoConfig.Builder builder, String partition) {
        DynamoConfig config =
                builder.layout(DynamoLayout.DYNALOCK).partition(partition).build();
        return over(Connection.open(config), partition);
    }

    static Dynalock over(DynamoBackend backend, String partition) {
        return new Dynalock(backend, backend.records().orElseThrow(), partition);
    }

    // ------------------------------------------------------------------------------------------ options

    /** How something is written. */
    public static final class WriteOption {
        private final Consumer<Writing> effect;

        private WriteOption(Consumer<Writing> effect) {
            this.effect = effect;
        }
    }

    /** What the options of one write come to. */
    private static final class Writing {
        private Optional<Object> payload = Optional.empty();
        private Optional<Duration> ttl = Optional.empty();
        private Optional<KVPair> previous = Optional.empty();

        /** Whether the record ends when the previous one would have; then there is no time to live. */
        private boolean inherits;

        private Optional<Duration> life(long nowMillis) {
            return inherits ? previous.orElseThrow().left(nowMillis) : ttl;
        }
    }

    /** Ends the record after this time; zero or less = never. Of several such options the last counts. */
    public static WriteOption writeWithTTL(Duration ttl) {
        Optional<Duration> life = Optional.of(ttl).filter(length -> !length.isNegative() && !length.isZero());
        return new WriteOption(writing -> {
            writing.ttl = life;
            writing.inherits = false;
        });
    }

    /** Lets the record never end: the default. */
    public static WriteOption writeWithNoExpires() {
        return writeWithTTL(Duration.ZERO);
    }

    /** Gives the record bytes, which stand in the table in base64. */
    public static WriteOption writeWithBytes(byte[] value) {
        String payload = Base64.getEncoder().encodeToString(value);
        return new WriteOption(writing -> writing.payload = Optional.of(payload));
    }

    /** Gives the record a value as it is, but that a set becomes a list. */
    public static WriteOption writeWithAttributeValue(AttributeValue value) {
        Object payload = Attributes.value(value);
        return new WriteOption(writing -> writing.payload = Optional.of(payload));
    }

    /**
     * Lets the record end when this one would have, at once if that is over, unless a later option says otherwise; and an atomic write
     * expects this record.
     */
    public static WriteOption writeWithPreviousKV(KVPair previous) {
        return new WriteOption(writing -> {
            writing.previous = Optional.of(previous);
            writing.inherits = true;
        });
    }

    /** How something is read. */
    public enum ReadOption {
        /** What is at hand, perhaps a little old: {@link #readConsistentDisable()}. */
        CONSISTENT_DISABLE
    }

    /** Reads what is at hand, perhaps a little old, at half the price. */
    public static ReadOption readConsistentDisable() {
        return ReadOption.CONSISTENT_DISABLE;
    }

    // ------------------------------------------------------------------------------------------ operations

    /** Writes a record, whatever stood there. */
    public void put(String key, WriteOption... options) {
        Writing writing = writing(options);
        Optional<Duration> life = writing.life(backend.time().wallMillis());
        write(key, OptionalLong.empty(), new RecordChange.Raw(writing.payload, life));
    }

    /**
     * Writes a record if it is as it was in {@link #writeWithPreviousKV}, or if there is none and none was given.
     *
     * @return the record as written
     * @throws KeyExistsException if there is one, and none was given
     * @throws KeyModifiedException if it was written since, or has ended
     */
    public KVPair atomicPut(String key, WriteOption... options) {
        Writing writing = writing(options);
        long expected = writing.previous.map(KVPair::version).orElse(KeyValueStore.ABSENT);
        Optional<Duration> life = writing.life(backend.time().wallMillis());
        OptionalLong version = write(key, OptionalLong.of(expected), new RecordChange.Raw(writing.payload, life));
        if (version.isEmpty()) {
            throw writing.previous.isEmpty() ? new KeyExistsException(key) : new KeyModifiedException(key);
        }
        Optional<Object> payload = writing.payload.or(() -> writing.previous.flatMap(previous -> previous.payload));
        long ends =
                life.map(ttl -> backend.time().wallMillis() + ttl.toMillis()).orElse(Long.MAX_VALUE);
        return new KVPair(partition, key, version.getAsLong(), ends, payload);
    }

    /**
     * Reads a record.
     *
     * @throws KeyNotFoundException if there is none, or its time has ended
     */
    public KVPair get(String key, ReadOption... options) {
        return find(key, options).orElseThrow(() -> new KeyNotFoundException(key));
    }

    /** Whether there is a record. */
    public boolean exists(String key, ReadOption... options) {
        return find(key, options).isPresent();
    }

    /**
     * Reads all records whose keys begin so, in their order.
     *
     * @param prefix empty = all
     * @throws KeyNotFoundException if there is none
     */
    public List<KVPair> list(String prefix, ReadOption... options) {
        List<KVPair> found = new ArrayList<>();
        Optional<String> after = Optional.of("");
        while (after.isPresent()) {
            Outcome answer = join(table.list(prefix, after.get(), PAGE, consistency(options), CALL_NANOS));
            Outcome.Listed page = (Outcome.Listed) answered(prefix, answer);
            page.items()
                    .forEach(item ->
                            pair(item.text(DynalockRecord.NAME, ""), item).ifPresent(found::add));
            after = page.next();
        }
        if (found.isEmpty()) {
            throw new KeyNotFoundException(prefix);
        }
        return found;
    }

    /** Deletes a record, if there is one. */
    public void delete(String key) {
        write(key, OptionalLong.empty(), new RecordChange.Delete());
    }

    /**
     * Deletes a record if it is as it was.
     *
     * @throws KeyModifiedException if it was written since
     * @throws KeyNotFoundException if there is none
     */
    public void atomicDelete(String key, KVPair previous) {
        if (write(key, OptionalLong.of(previous.version()), new RecordChange.Delete())
                .isEmpty()) {
            throw exists(key) ? new KeyModifiedException(key) : new KeyNotFoundException(key);
        }
    }

    /** Makes a lock of the record with this key; it is not held yet. */
    public DynalockLocker newLock(String key, DynalockLocker.LockOption... options) {
        return new DynalockLocker(backend, this, key, options);
    }

    private static Writing writing(WriteOption... options) {
        Writing writing = new Writing();
        for (WriteOption option : options) {
            option.effect.accept(writing);
        }
        return writing;
    }

    private OptionalLong write(String key, OptionalLong expected, RecordChange change) {
        requireOpen();
        DynamoKeyValues.checkKey(key);
        return join(new RecordWrite(table, backend.time(), backend.chance(), key, expected, change, Optional.empty())
                .begin());
    }

    private Optional<KVPair> find(String key, ReadOption... options) {
        requireOpen();
        DynamoKeyValues.checkKey(key);
        Outcome answer = join(table.read(key, consistency(options), CALL_NANOS));
        return ((Outcome.Done) answered(key, answer)).item().flatMap(item -> pair(key, item));
    }

    private Optional<KVPair> pair(String key, Item item) {
        long now = backend.time().wallMillis();
        return DynalockRecord.of(item).filter(record -> !record.hasEnded(now)).map(record -> {
            Optional<Object> payload = Optional.ofNullable(item.attributes().get(DynalockRecord.PAYLOAD));
            return new KVPair(partition, key, record.version(), record.endsMillis(), payload);
        });
    }

    private static ReadConsistency consistency(ReadOption... options) {
        return options.length == 0 ? ReadConsistency.CONSISTENT : ReadConsistency.EVENTUAL;
    }

    private static Outcome answered(String key, Outcome answer) {
        if (answer instanceof Outcome.Failed failed) {
            throw DynamoKeyValues.readFailure(key, failed);
        }
        return answer;
    }

    private void requireOpen() {
        if (backend.isClosed()) {
            throw new RejectedException("the client is closed");
        }
    }

    private static <T> T join(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof RuntimeException known) {
                throw known;
            }
            throw failed;
        }
    }

    /** Returns the client in whose table this store is, for locks. It ends with the store. */
    public LockClient client() {
        return client;
    }

    @Override
    public void close() {
        client.close();
    }

    /** A record, as it stood at one moment. Immutable. */
    public static final class KVPair {
        private final String partition;
        private final String key;
        private final long version;
        private final long endsMillis;
        private final Optional<Object> payload;

        KVPair(String partition, String key, long version, long endsMillis, Optional<Object> payload) {
            this.partition = partition;
            this.key = key;
            this.version = version;
            this.endsMillis = endsMillis;
            this.payload = payload;
        }

        private Optional<Duration> left(long nowMillis) {
            return endsMillis == Long.MAX_VALUE
                    ? Optional.empty()
                    : Optional.of(Duration.ofMillis(Math.max(1, endsMillis - nowMillis)));
        }

        /** Returns the partition. */
        public String partition() {
            return partition;
        }

        /** Returns the key. */
        public String key() {
            return key;
        }

        /** Returns the version, which every write makes greater. */
        public long version() {
            return version;
        }

        /** Returns when it ends, in seconds since 1970, rounded up; 0 = never. */
        public long expires() {
            return endsMillis == Long.MAX_VALUE
                    ? 0
                    : DynalockRecord.secondsUp(endsMillis).longValue();
        }

        /** Returns the bytes: of S that is base64, of B, or of L of numbers; empty = there are none. */
        public Optional<byte[]> bytesValue() {
            return payload.flatMap(Payload::bytes);
        }

        /** Returns the value as it is in the table; empty = there is none. */
        public Optional<AttributeValue> attributeValue() {
            return payload.map(Attributes::of);
        }
    }

    /** {@code ErrKeyNotFound}. */
    public static final class KeyNotFoundException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        KeyNotFoundException(String key) {
            super("key not found in table: '" + key + "'");
        }
    }

    /** {@code ErrKeyExists}. */
    public static final class KeyExistsException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        KeyExistsException(String key) {
            super("key already exists in table: '" + key + "'");
        }
    }

    /** {@code ErrKeyModified}. */
    public static final class KeyModifiedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        KeyModifiedException(String key) {
            super("key has been modified: '" + key + "'");
        }
    }
}
