package io.claviger.dynamodb;

import static io.claviger.dynamodb.Change.remove;
import static io.claviger.dynamodb.Change.set;

import io.claviger.Capability;
import io.claviger.LockOptions;
import io.claviger.engine.Limits;
import io.claviger.engine.OwnerKey;
import io.claviger.spi.HandOffText;
import io.claviger.spi.TimeSource;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Our own layout. A name with one permit is one item whose attributes are the grant; a released one stays as a tombstone with
 * {@code leaseDuration} 0, so that the token, which the same write takes, goes on from it. Names with more permits are in {@link
 * SharedItems}.
 *
 * <p>Tokens begin at the clock in milliseconds. No name can be granted once a millisecond for long, so when the table forgets
 * a tombstone after {@link Layout#KEPT} the clock is ahead of all tokens before.
 */
final class NativeLayout implements Layout {
    static final String VERSION = "versionNumber";
    static final String LEASE = "leaseDuration";
    static final String HOST = "hostIdentifier";
    static final String TOKEN = "fencingToken";
    static final String ACTOR = "actor";
    static final String EXPIRES = "expireAt";

    /** The version with which a grant began, until there is another grant: a late copy of its write must not happen again (S8). */
    static final String KEY = "grantKey";

    private static final Condition NO_ITEM = new Condition.Absent(Path.of(Table.KEY));

    private final TimeSource time;
    private final SharedItems shared;

    NativeLayout(TimeSource time) {
        this.time = time;
        this.shared = new SharedItems(time);
    }

    @Override
    public Set<Capability> capabilities() {
        return EnumSet.of(Capability.SEMAPHORES, Capability.READ_WRITE_LOCKS, Capability.HAND_OFF);
    }

    @Override
    public int maxNameBytes() {
        return MAX_KEY_BYTES;
    }

    @Override
    public View view(Optional<Item> found) {
        if (found.isEmpty()) {
            return View.NOTHING;
        }
        Item item = found.get();
        String version = item.text(VERSION);
        BigDecimal lease = item.number(LEASE);
        long token = item.whole(TOKEN, 0);
        if (version == null || lease == null || !isToken(token) || (lease.signum() == 0 && !isToken(token + 1))) {
            return View.FOREIGN;
        }
        if (SharedItems.isShared(item)) {
            return SharedItems.view(item, version, token);
        }
        List<Grant> grants = lease.signum() == 0
                ? List.of()
                : List.of(new Grant(
                        "", version, Seconds.toNanos(lease), 1, token, item.text(HOST, ""), item.text(ACTOR, "")));
        return new View(View.Kind.SINGLE, version, 1, token, grants);
    }

    @Override
    public String foreign(String name) {
        return "the item '" + name
                + "' of the table is no lock of the layout native, so it is left alone; lock another name, or open"
                + " the table with the layout that it has";
    }

    @Override
    public Optional<String> tokenItem(String name) {
        return Optional.empty();
    }

    @Override
    public Write drawToken(String tokenItem, String grant, String label, String actor) {
        throw new IllegalStateException("the item of a grant has its token");
    }

    @Override
    public Write acquire(Claim claim, @Nullable View seen, List<Holding> replaced) {
        if (!claim.slot().isEmpty()) {
            return shared.acquire(claim, seen, replaced);
        }
        List<Condition> ways = new ArrayList<>(List.of(NO_ITEM, isTombstone(claim)));
        List<String> versions = new ArrayList<>();
        replaced.stream()
                .filter(holding -> holding.slot().isEmpty())
                .forEach(holding -> versions.addAll(holding.versions()));
        if (!versions.isEmpty()) {
            ways.add(Condition.in(Path.of(VERSION), versions));
        }
        if (seen != null && seen.kind() == View.Kind.SHARED && SharedItems.isFreeWithout(seen, replaced)) {
            ways.add(SharedItems.unchanged(seen, replaced));
        }
        List<Change> changes = new ArrayList<>(granted(claim));
        SharedItems.ATTRIBUTES.forEach(attribute -> changes.add(remove(attribute)));
        return Write.update(claim.name(), changes, new Condition.Any(ways));
    }

    /** A free item of this layout, of another grant. One of lynk's may have a lease of 0, but never a token. */
    private static Condition isTombstone(Claim claim) {
        return Condition.all(
                new Condition.Is(Path.of(LEASE), BigDecimal.ZERO),
                canCountUp(),
                new Condition.IsNot(Path.of(KEY), claim.version()));
    }

    /** Whether a number can be that of a grant. */
    static boolean isToken(long number) {
        return number > 0 && number < Limits.MAX_NUMBER;
    }

    /** There is a token, and there can be a greater one. */
    static Condition canCountUp() {
        return Condition.all(
                new Condition.Above(Path.of(TOKEN), 0), new Condition.Below(Path.of(TOKEN), Limits.MAX_NUMBER - 1));
    }

    /** What makes an item the grant of a claim. */
    private List<Change> granted(Claim claim) {
        return List.of(
                set(VERSION, claim.version()),
                set(KEY, claim.version()),
                set(LEASE, Seconds.ofNanos(claim.leaseNanos())),
                set(HOST, claim.label()),
                claim.actor().isEmpty() ? remove(ACTOR) : set(ACTOR, claim.actor()),
                new Change.CountUp(Path.of(TOKEN), time.wallMillis()),
                remove(EXPIRES));
    }

    @Override
    public Write renew(String name, Holding holding, String version, long leaseNanos, String label, String actor) {
        if (!holding.slot().isEmpty()) {
            return SharedItems.renew(name, holding, version);
        }
        return Write.update(
                name,
                List.of(set(VERSION, version), set(HOST, label)),
                Condition.in(Path.of(VERSION), holding.versions()));
    }

    @Override
    public Write release(String name, View seen, List<Holding> holdings, String version) {
        if (holdings.stream().anyMatch(holding -> !holding.slot().isEmpty())) {
            return shared.release(name, seen, holdings, version);
        }
        List<String> versions = new ArrayList<>();
        holdings.forEach(holding -> versions.addAll(holding.versions()));
        return Write.update(
                name,
                List.of(
                        set(VERSION, version),
                        set(LEASE, BigDecimal.ZERO),
                        remove(ACTOR),
                        set(EXPIRES, keptUntil(time))),
                Condition.in(Path.of(VERSION), versions));
    }

    @Override
    public String handOffText(String name, String ticket, LockOptions options) {
        return textOf(name, ticket, options);
    }

    static String textOf(String name, String ticket, LockOptions options) {
        LockOptions kept = new LockOptions(options.lease(), options.renewal(), Optional.empty());
        return new HandOffText(name, OwnerKey.of(UUID.fromString(ticket)), kept).encode();
    }

    @Override
    public HandOff handOff(String text) {
        return readText(text);
    }

    static HandOff readText(String text) {
        HandOffText read = HandOffText.decode(text);
        return new HandOff(read.name(), read.ticket().text(), read.options());
    }

    @Override
    public Write park(String name, Holding holding, String ticket, long leaseNanos) {
        if (!holding.slot().isEmpty()) {
            return SharedItems.park(name, holding, ticket, leaseNanos);
        }
        return Write.update(
                name,
                List.of(set(VERSION, ticket), set(LEASE, Seconds.ofNanos(leaseNanos)), set(HOST, ""), remove(ACTOR)),
                Condition.in(Path.of(VERSION), holding.versions()));
    }

    @Override
    public Write adopt(Claim claim, Holding parked, @Nullable View seen) {
        if (!parked.slot().isEmpty()) {
            return shared.adopt(claim, parked, seen);
        }
        return Write.update(claim.name(), granted(claim), Condition.in(Path.of(VERSION), parked.versions()));
    }

    /** When the table may forget an item that is released now. */
    static BigDecimal keptUntil(TimeSource time) {
        return BigDecimal.valueOf(time.wallMillis() / 1_000 + KEPT.toSeconds());
    }
}
