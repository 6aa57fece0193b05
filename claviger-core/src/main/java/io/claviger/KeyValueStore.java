package io.claviger;

import io.claviger.engine.Limits;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Small records beside the locks: what is agreed on under a lock, or instead of one. Each record has a key, a value and a version.
 *
 * <p><b>Versions.</b> Every write gives the record a new version, greater than every earlier one of that key, also over deletion
 * and the end of its time (SPEC K1). So a version once seen says whether anybody wrote since, and {@link #atomicPut} and
 * {@link #atomicDelete} do what they do only if nobody did (K2).
 *
 * <p><b>Failures</b> say whether the write happened: {@link RejectedException} and {@link UnavailableException} no, {@link
 * IndeterminateException} perhaps. A write whose answer was lost is asked for again and done once (K4), as long as the client's
 * session lives; only then it becomes indeterminate.
 *
 * <p>Thread-safe. It lives as long as its client, and closing that leaves all records behind. Example:
 *
 * <pre>{@code
 * KeyValueStore store = client.keyValues();
 * store.put("config/mode", Value.text("quiet"));
 * Entry seen = store.get("config/mode").orElseThrow();
 * if (store.atomicPut("config/mode", Value.text("loud"), seen.version()).isEmpty()) {
 *     System.out.println("somebody else was faster");
 * }
 * try (Lease lease = client.lock("config").acquire()) {
 *     store.ifHolding(lease).put("config/mode", Value.text("quiet"));
 * }
 * }</pre>
 *
 * <p>Every {@code …Async} method returns at once; its future fails with what the method without it throws, and its dependent
 * stages may block. Arguments are checked within the call. Cancelling a future withdraws nothing: what was asked for is done.
 */
public interface KeyValueStore {
    /** The version that {@link #atomicPut} expects if there must be no record: it creates one. */
    long ABSENT = 0;

    /** Characters of a key, UTF-16 code units: 1,024. */
    int MAX_KEY_LENGTH = Limits.MAX_RECORD_KEY_LENGTH;

    /** Bytes of a value: 384 KiB. */
    int MAX_VALUE_BYTES = Limits.MAX_VALUE_BYTES;

    /** Writes a record that never ends by itself; see {@link #put(String, Value, PutOptions)}. */
    default Entry put(String key, Value value) {
        return put(key, value, PutOptions.DEFAULT);
    }

    /**
     * Writes a record, whatever stood there. What the options leave out the record does not have: a time to live of the record
     * before is not kept.
     *
     * <p><b>Blocks</b> until the answer is there. <b>Effect.</b> Once (SPEC K4).
     *
     * @param key 1 to {@link #MAX_KEY_LENGTH} characters of well-formed Unicode; some backends allow less
     * @param value up to {@link #MAX_VALUE_BYTES} bytes; some backends allow less
     * @return the record as written, with its new version
     * @throws IllegalArgumentException if key or value is not allowed, saying limit and length: not done
     * @throws NotHoldingException if this is a view of {@link #ifHolding(Lease)} and the grant is not in force: not done
     * @throws RejectedException if it was refused, as when the client is closed or there is no room: not done
     * @throws UnavailableException if no server could be reached: not done
     * @throws IndeterminateException if no answer came while the client's session lived: perhaps done
     */
    Entry put(String key, Value value, PutOptions options);

    /** As {@link #put(String, Value)}, without blocking. */
    default CompletableFuture<Entry> putAsync(String key, Value value) {
        return putAsync(key, value, PutOptions.DEFAULT);
    }

    /** As {@link #put(String, Value, PutOptions)}, without blocking. */
    CompletableFuture<Entry> putAsync(String key, Value value, PutOptions options);

    /** Writes a record that never ends by itself, if it has a version; see the method below. */
    default Optional<Entry> atomicPut(String key, Value value, long expectedVersion) {
        return atomicPut(key, value, expectedVersion, PutOptions.DEFAULT);
    }

    /**
     * Writes a record if it has the expected version at that moment (SPEC K2).
     *
     * <p><b>Blocks</b> and fails as {@link #put(String, Value, PutOptions)}. <b>Effect.</b> Once; none if the version differs.
     *
     * @param expectedVersion what {@link Entry#version()} said, or {@link #ABSENT}
     * @return the record as written; empty = it has another version, or there is one although none was expected, or none although one was
     * @throws IllegalArgumentException also if the version is negative: not done
     */
    Optional<Entry> atomicPut(String key, Value value, long expectedVersion, PutOptions options);

    /** As {@link #atomicPut(String, Value, long)}, without blocking. */
    default CompletableFuture<Optional<Entry>> atomicPutAsync(String key, Value value, long expectedVersion) {
        return atomicPutAsync(key, value, expectedVersion, PutOptions.DEFAULT);
    }

    /** As {@link #atomicPut(String, Value, long, PutOptions)}, without blocking. */
    CompletableFuture<Optional<Entry>> atomicPutAsync(
            String key, Value value, long expectedVersion, PutOptions options);

    /**
     * Deletes a record, whatever its version.
     *
     * <p><b>Blocks</b> and fails as {@link #put(String, Value, PutOptions)}. <b>Effect.</b> Once (SPEC K4).
     *
     * @return whether there was one
     */
    boolean delete(String key);

    /** As {@link #delete}, without blocking. */
    CompletableFuture<Boolean> deleteAsync(String key);

    /**
     * Deletes a record if it has the expected version at that moment (SPEC K2).
     *
     * <p><b>Blocks</b> and fails as {@link #put(String, Value, PutOptions)}. <b>Effect.</b> Once; none if the version differs.
     *
     * @param expectedVersion what {@link Entry#version()} said
     * @return whether it was deleted; false = it has another version, or there is none
     * @throws IllegalArgumentException also if the version is not positive: not done
     */
    boolean atomicDelete(String key, long expectedVersion);

    /** As {@link #atomicDelete}, without blocking. */
    CompletableFuture<Boolean> atomicDeleteAsync(String key, long expectedVersion);

    /** Reads a record; see {@link #get(String, ReadConsistency)}. */
    default Optional<Entry> get(String key) {
        return get(key, ReadConsistency.CONSISTENT);
    }

    /**
     * Reads a record.
     *
     * <p><b>Blocks</b> until the answer is there. <b>Order.</b> A consistent read sees every write that was confirmed to anybody
     * before the call (SPEC K6).
     *
     * @return empty if there is none, or its time has ended
     * @throws IllegalArgumentException if the key is not allowed
     * @throws RejectedException if this client is closed
     * @throws UnavailableException if no server could be reached
     */
    Optional<Entry> get(String key, ReadConsistency consistency);

    /** As {@link #get(String)}, without blocking. */
    default CompletableFuture<Optional<Entry>> getAsync(String key) {
        return getAsync(key, ReadConsistency.CONSISTENT);
    }

    /** As {@link #get(String, ReadConsistency)}, without blocking. */
    CompletableFuture<Optional<Entry>> getAsync(String key, ReadConsistency consistency);

    /** Whether there is a record; see {@link #exists(String, ReadConsistency)}. */
    default boolean exists(String key) {
        return exists(key, ReadConsistency.CONSISTENT);
    }

    /** Whether there is a record. As {@link #get(String, ReadConsistency)}, without the value. */
    boolean exists(String key, ReadConsistency consistency);

    /** As {@link #exists(String)}, without blocking. */
    default CompletableFuture<Boolean> existsAsync(String key) {
        return existsAsync(key, ReadConsistency.CONSISTENT);
    }

    /** As {@link #exists(String, ReadConsistency)}, without blocking. */
    CompletableFuture<Boolean> existsAsync(String key, ReadConsistency consistency);

    /** Reads the first page of the records whose keys begin so; see {@link #list(String, ListOptions)}. */
    default Page list(String prefix) {
        return list(prefix, ListOptions.DEFAULT);
    }

    /**
     * Reads a page of the records whose keys begin so, in the order of the code points of their keys (SPEC K7).
     *
     * <p><b>Blocks</b> and fails as {@link #get(String, ReadConsistency)}. <b>Shapes.</b> A page may have fewer records than the limit
     * although more follow, since it is bounded in bytes as well; {@link Page#next()} tells.
     *
     * @param prefix up to {@link #MAX_KEY_LENGTH} characters; empty = all records
     */
    Page list(String prefix, ListOptions options);

    /** As {@link #list(String)}, without blocking. */
    default CompletableFuture<Page> listAsync(String prefix) {
        return listAsync(prefix, ListOptions.DEFAULT);
    }

    /** As {@link #list(String, ListOptions)}, without blocking. */
    CompletableFuture<Page> listAsync(String prefix, ListOptions options);

    /**
     * Returns the records whose keys begin so, page after page, read as the iteration comes to them. What was there from the
     * first page to the last is met once; what is written or deleted meanwhile may be met or not (SPEC K7).
     *
     * <p><b>Blocks</b> in {@code iterator()}, {@code hasNext()} and {@code next()}, which fail as {@link #list(String, ListOptions)}. Each
     * {@code iterator()} begins anew, behind {@code options.after()}; it is not thread-safe.
     */
    Iterable<Entry> entries(String prefix, ListOptions options);

    /** Returns the records whose keys begin so; see {@link #entries(String, ListOptions)}. */
    default Iterable<Entry> entries(String prefix) {
        return entries(prefix, ListOptions.DEFAULT);
    }

    /**
     * As {@link #entries(String)}, without blocking: the action is called for one record after the other, on the client's
     * executor. The future completes behind the last one, or fails with what the action threw.
     */
    CompletableFuture<Void> forEachEntryAsync(String prefix, Consumer<? super Entry> action);

    /**
     * Returns this store with a condition: its writes and deletions are done only while this very grant is held and was not
     * taken back, which is looked at together with the write (SPEC K3). Reads are as before. Of two such calls the later counts.
     *
     * <p>A lease that was lost, released, handed off or adopted by others holds nothing.
     *
     * @throws UnsupportedOperationException later, from the writes, if the backend cannot check this lease, such as one without
     *     a token or of another place
     */
    KeyValueStore ifHolding(Lease lease);

    /**
     * As {@link #ifHolding(Lease)}, for who knows the number of a grant and not its lease, such as a script.
     *
     * @param name the lock's name
     * @throws IllegalArgumentException if the name is not allowed
     */
    KeyValueStore ifHolding(String name, FencingToken token);
}
