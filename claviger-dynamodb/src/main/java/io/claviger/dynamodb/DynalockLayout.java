package io.claviger.dynamodb;

import static io.claviger.dynamodb.Change.remove;
import static io.claviger.dynamodb.Change.set;
import static io.claviger.dynamodb.DynalockRecord.ENDS;
import static io.claviger.dynamodb.DynalockRecord.EXPIRES;
import static io.claviger.dynamodb.DynalockRecord.PAYLOAD;
import static io.claviger.dynamodb.DynalockRecord.VERSION_PATH;
import static io.claviger.dynamodb.DynalockRecord.WRITE;
import static io.claviger.dynamodb.DynalockRecord.WRITTEN_PATH;

import io.claviger.Capability;
import io.claviger.LockOptions;
import io.claviger.spi.TimeSource;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The layout of dynalock 1 and 2: a lock is a record like any other, which ends at {@code expires} by the clocks of its clients. Their
 * clients and ours exclude each other.
 *
 * <p>A grant of ours is known by the id of its newest write, never by a version alone, and a release leaves a record that has ended and
 * keeps the version: so no version is ever met again. Our clients take a grant of ours away only as in the other layouts, after a whole lease
 * without a change on their own monotonic clock; dynalock's when {@code expires} has passed by the wall clock, which is all there is
 * to go by. For dynalock our grants end {@link #SKEW_SECONDS} later than for their holders, so its clocks may be ahead by that.
 *
 * <p>Tokens are drawn as in {@link LynkLayout}, from an item of the same name in a partition of its own. It says which grant drew the
 * newest token, and the lock says which grant it is; by that a write is guarded.
 */
final class DynalockLayout implements Layout {
    /** By so much the clocks of dynalock's clients may be ahead of ours: 2 s. The second one is theirs, since they round down. */
    static final long SKEW_SECONDS = 2;

    /** The longest sort key of a table, in bytes. */
    static final int MAX_NAME_BYTES = 1_024;

    private static final int NAMES_APART = 10_000;

    /** The version of what dynalock wrote last is a number. */
    private static final String BY_NUMBER = "#";

    private static final Path WRITE_PATH = Path.of(WRITE);
    private static final Path KEY_PATH = Path.of(NativeLayout.KEY);
    private static final Path LEASE_PATH = Path.of(NativeLayout.LEASE);
    private static final Condition NO_ITEM = new Condition.Absent(Path.of(DynalockRecord.ID));

    private final TimeSource time;
    private final boolean tokens;

    DynalockLayout(TimeSource time, boolean tokens) {
        this.time = time;
        this.tokens = tokens;
    }

    @Override
    public Set<Capability> capabilities() {
        return EnumSet.of(Capability.HAND_OFF, Capability.KEY_VALUE);
    }

    @Override
    public int maxNameBytes() {
        return MAX_NAME_BYTES;
    }

    // ------------------------------------------------------------------------------------------ reading

    @Override
    public View view(Optional<Item> found) {
        if (found.isEmpty()) {
            return View.NOTHING;
        }
        Item item = found.get();
        Optional<DynalockRecord> read = DynalockRecord.of(item);
        if (read.isEmpty()) {
            return View.FOREIGN;
        }
        DynalockRecord known = read.get();
        BigDecimal lease = item.number(NativeLayout.LEASE);
        boolean ours = !known.write().isEmpty();
        String version = ours ? known.write() : BY_NUMBER + known.version();
        if (ours && lease != null && !known.isFree()) {
            return single(
                    version,
                    new Grant(
                            "",
                            version,
                            Seconds.toNanos(lease),
                            1,
                            0,
                            item.text(NativeLayout.HOST, ""),
                            item.text(NativeLayout.ACTOR, "")));
        } else if (known.isFree() || item.whole(EXPIRES, Long.MAX_VALUE) < nowSeconds()) {
            return new View(View.Kind.SINGLE, version, 1, 0, List.of());
        } else if (known.endsMillis() == Long.MAX_VALUE) {
            return View.FOREIGN;
        }
        // Only the wall clock says when it ends: as long as it has not, no time of watching is enough.
        return single(version, new Grant("", version, LockOptions.MAX_LEASE.toNanos(), 1, 0, "", ""));
    }

    private static View single(String version, Grant grant) {
        return new View(View.Kind.SINGLE, version, 1, 0, List.of(grant));
    }

    @Override
    public String foreign(String name) {
        return "the item '" + name
                + "' of the table is a record that never ends, or none of the layout dynalock, so it is left alone; delete a"
                + " record that is not wanted (claviger kv delete '" + name
                + "'), lock another name, or open another partition";
    }

    // ------------------------------------------------------------------------------------------ writing

    @Override
    public Write acquire(Claim claim, @Nullable View seen, List<Holding> replaced) {
        List<Condition> ways = new ArrayList<>();
        ways.add(NO_ITEM);
        Condition ended = Condition.all(
                new Condition.Below(Path.of(EXPIRES), nowSeconds()),
                new Condition.Above(VERSION_PATH, 0),
                new Condition.Below(VERSION_PATH, DynalockRecord.MAX_VERSION),
                Condition.any(DynalockRecord.isNotOurs(), new Condition.Absent(LEASE_PATH)));
        ways.add(Condition.all(Condition.any(isFree(), ended), isAnother(claim)));
        for (Holding holding : replaced) {
            ways.add(isOf(holding.versions()));
        }
        return Write.update(claim.name(), granted(claim), new Condition.Any(ways));
    }

    private static Condition isFree() {
        return Condition.all(new Condition.Is(Path.of(ENDS), BigDecimal.ZERO), DynalockRecord.isOurs());
    }

    /** A late copy of an acquire must not be done after its grant was released. */
    private static Condition isAnother(Claim claim) {
        return Condition.any(new Condition.Absent(KEY_PATH), new Condition.IsNot(KEY_PATH, claim.version()));
    }

    private static Condition isOf(List<String> versions) {
        List<String> writes =
                versions.stream().filter(each -> !each.startsWith(BY_NUMBER)).toList();
        List<Condition> ways = new ArrayList<>();
        if (!writes.isEmpty()) {
            ways.add(Condition.all(Condition.in(WRITE_PATH, writes), DynalockRecord.isOurs()));
        }
        for (String version : versions) {
            if (version.startsWith(BY_NUMBER)) {
                ways.add(new Condition.Is(VERSION_PATH, new BigDecimal(version.substring(BY_NUMBER.length()))));
            }
        }
        return new Condition.Any(ways);
    }

    /** What every write of ours changes; the version goes on from whatever it was, for ever. */
    private List<Change> written(String version) {
        long first = time.wallMillis();
        List<Change> changes = new ArrayList<>();
        changes.add(new Change.CountUp(VERSION_PATH, first));
        changes.add(new Change.CountUp(WRITTEN_PATH, VERSION_PATH, first));
        changes.add(set(WRITE, version));
        return changes;
    }

    private List<Change> granted(Claim claim) {
        List<Change> changes = held(claim.version(), claim.leaseNanos(), claim.label(), claim.actor());
        changes.add(set(NativeLayout.KEY, claim.version()));
        changes.add(set(NativeLayout.LEASE, Seconds.ofNanos(claim.leaseNanos())));
        changes.add(remove(PAYLOAD));
        changes.add(remove(DynalockRecord.FORM));
        return changes;
    }

    private List<Change> held(String version, long leaseNanos, String label, String actor) {
        List<Change> changes = written(version);
        changes.add(set(EXPIRES, endsAfter(leaseNanos)));
        changes.add(remove(ENDS));
        changes.add(set(NativeLayout.HOST, label));
        changes.add(actor.isEmpty() ? remove(NativeLayout.ACTOR) : set(NativeLayout.ACTOR, actor));
        return changes;
    }

    /** When a grant ends for dynalock, whose clients compare with the whole second before their time. */
    private BigDecimal endsAfter(long leaseNanos) {
        long lease = TimeUnit.NANOSECONDS.toMillis(leaseNanos) + 1;
        return DynalockRecord.secondsUp(time.wallMillis() + lease).add(BigDecimal.valueOf(SKEW_SECONDS - 1));
    }

    private long nowSeconds() {
        return TimeUnit.MILLISECONDS.toSeconds(time.wallMillis());
    }

    @Override
    public Write renew(String name, Holding holding, String version, long leaseNanos, String label, String actor) {
        return Write.update(name, held(version, leaseNanos, label, actor), isOf(holding.versions()));
    }

    @Override
    public Write release(String name, View seen, List<Holding> holdings, String version) {
        List<Change> changes = written(version);
        changes.add(set(EXPIRES, DynalockRecord.longAgo(time.wallMillis())));
        changes.add(set(ENDS, BigDecimal.ZERO));
        for (String gone : List.of(NativeLayout.LEASE, NativeLayout.HOST, NativeLayout.ACTOR, PAYLOAD)) {
            changes.add(remove(gone));
        }
        List<String> versions = new ArrayList<>();
        holdings.forEach(holding -> versions.addAll(holding.versions()));
        return Write.update(name, changes, isOf(versions));
    }

    @Override
    public Write park(String name, Holding holding, String ticket, long leaseNanos) {
        List<Change> changes = held(ticket, leaseNanos, "", "");
        changes.add(set(NativeLayout.LEASE, Seconds.ofNanos(leaseNanos)));
        // What is parked guards no write (K3).
        changes.add(set(NativeLayout.KEY, ticket));
        return Write.update(name, changes, isOf(holding.versions()));
    }

    @Override
    public Write adopt(Claim claim, Holding parked, @Nullable View seen) {
        return Write.update(claim.name(), granted(claim), isOf(parked.versions()));
    }

    @Override
    public String handOffText(String name, String ticket, LockOptions options) {
        return NativeLayout.textOf(name, ticket, options);
    }

    @Override
    public HandOff handOff(String text) {
        return NativeLayout.readText(text);
    }

    // ------------------------------------------------------------------------------------------ tokens

    @Override
    public Optional<String> tokenItem(String name) {
        return tokens ? Optional.of(RESERVED + name) : Optional.empty();
    }

    /** The condition only keeps what is not ours from being counted up. */
    @Override
    public Write drawToken(String tokenItem, String grant, String label, String actor) {
        return Write.update(
                tokenItem,
                List.of(
                        new Change.CountUp(Path.of(NativeLayout.TOKEN), time.wallMillis() + offset(tokenItem)),
                        set(NativeLayout.KEY, grant),
                        set(NativeLayout.HOST, label),
                        set(EXPIRES, BigDecimal.valueOf(nowSeconds() + KEPT.toSeconds()))),
                Condition.any(NO_ITEM, NativeLayout.canCountUp()));
    }

    /** Names that are first locked in the same moment hardly ever have the same number, so one is not mistaken for another's. */
    private static int offset(String tokenItem) {
        return Math.floorMod(tokenItem.hashCode(), NAMES_APART);
    }

    /** This very grant is held and was neither given back nor parked. */
    static Condition isHeld(String grant) {
        return Condition.all(
                new Condition.Is(KEY_PATH, grant), DynalockRecord.isOurs(), new Condition.Present(LEASE_PATH));
    }
}
