package io.claviger.dynamodb;

import io.claviger.engine.Limits;
import java.math.BigDecimal;
import java.util.Optional;

/**
 * A record as dynalock's clients and ours know it: a lock, or what a {@link io.claviger.KeyValueStore} keeps.
 *
 * <p>{@code version}, {@code expires} and {@code payload} are dynalock's. What our clients add, dynalock ignores and leaves where it is when
 * it writes; so it counts only while {@code writtenVersion} is {@code version}, which every write of anybody's makes one more.
 *
 * @param write the id of our newest write; empty = the newest write is not ours
 * @param isFree whether our newest write deleted the record, or released the lock
 * @param endsMillis when it ends by the wall clock; {@link Long#MAX_VALUE} = never
 */
record DynalockRecord(long version, String write, boolean isFree, long endsMillis) {
    static final String ID = "id";
    static final String NAME = "name";
    static final String VERSION = "version";
    static final String EXPIRES = "expires";
    static final String PAYLOAD = "payload";

    /** New with every write of ours, so that one whose answer was lost is recognised. */
    static final String WRITE = NativeLayout.VERSION;

    /** Which version that write gave the record. */
    static final String WRITTEN = "writtenVersion";

    /** When the record ends, exactly; 0 = it is gone. */
    static final String ENDS = "endsMillis";

    /** What the payload is meant to be. */
    static final String FORM = "form";

    /** Behind a partition's name, the partition of what its locks draw their tokens from. */
    static final String FENCES = "/claviger-fence";

    static final Path VERSION_PATH = Path.of(VERSION);
    static final Path WRITTEN_PATH = Path.of(WRITTEN);

    /** So far back what was deleted has ended, that no clock says otherwise. */
    private static final long LONG_AGO_SECONDS = 3_600;

    private static final long MILLIS = 1_000;

    /** Versions stay below this, so that the next ones are numbers that every client can hold. */
    static final long MAX_VERSION = Limits.MAX_NUMBER - 1;

    /** Reads an item; empty = it is no record, since it has no version that records can have. */
    static Optional<DynalockRecord> of(Item item) {
        BigDecimal version = item.number(VERSION);
        if (version == null
                || version.signum() <= 0
                || version.stripTrailingZeros().scale() > 0
                || version.compareTo(BigDecimal.valueOf(MAX_VERSION)) >= 0) {
            return Optional.empty();
        }
        BigDecimal written = item.number(WRITTEN);
        String write = item.text(WRITE, "");
        boolean ours = !write.isEmpty() && written != null && written.compareTo(version) == 0;
        long byDynalock = inMillis(item.whole(EXPIRES, Long.MAX_VALUE));
        long ends = ours ? item.whole(ENDS, byDynalock) : byDynalock;
        return Optional.of(new DynalockRecord(version.longValue(), ours ? write : "", ours && ends == 0, ends));
    }

    private static long inMillis(long seconds) {
        return seconds > Long.MAX_VALUE / MILLIS ? Long.MAX_VALUE : Math.max(0, seconds) * MILLIS;
    }

    boolean hasEnded(long nowMillis) {
        return endsMillis <= nowMillis;
    }

    /** Returns the second in which something ends for dynalock, rounded up. */
    static BigDecimal secondsUp(long millis) {
        return BigDecimal.valueOf(Math.floorDiv(millis + MILLIS - 1, MILLIS));
    }

    /** Returns what {@code expires} of a record says that is gone. */
    static BigDecimal longAgo(long nowMillis) {
        return BigDecimal.valueOf(nowMillis / MILLIS - LONG_AGO_SECONDS);
    }

    /** The newest write is ours. */
    static Condition isOurs() {
        return new Condition.Same(WRITTEN_PATH, VERSION_PATH);
    }

    /** There is no record, or its newest write is not ours. */
    static Condition isNotOurs() {
        return Condition.any(new Condition.Absent(WRITTEN_PATH), new Condition.Differ(WRITTEN_PATH, VERSION_PATH));
    }
}
