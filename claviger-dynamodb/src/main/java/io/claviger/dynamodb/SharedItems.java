package io.claviger.dynamodb;

import static io.claviger.dynamodb.Change.remove;
import static io.claviger.dynamodb.Change.set;

import io.claviger.spi.TimeSource;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Names with several permits: one item with a map of grants. Whoever comes or goes writes under the condition that nobody else did
 * meanwhile, by the item's version, so permits are summed up from what is really there (S10). A renewal changes the version of its
 * grant only and disturbs nobody.
 */
final class SharedItems {
    static final String CAPACITY = "capacity";
    static final String GRANTS = "grants";
    static final List<String> ATTRIBUTES = List.of(CAPACITY, GRANTS);

    private static final String VERSION = "version";
    private static final String LEASE = "lease";
    private static final String PERMITS = "permits";
    private static final String TOKEN = "token";
    private static final String HOST = "host";
    private static final String ACTOR = "actor";

    private final TimeSource time;

    SharedItems(TimeSource time) {
        this.time = time;
    }

    static boolean isShared(Item item) {
        return item.map(GRANTS) != null;
    }

    /** Reads an item; one whose grants cannot be understood is foreign. */
    static View view(Item item, String version, long token) {
        Item all = Objects.requireNonNull(item.map(GRANTS));
        List<Grant> grants = new ArrayList<>();
        for (String slot : all.attributes().keySet()) {
            Grant grant = grant(slot, all.map(slot));
            if (grant == null) {
                return View.FOREIGN;
            }
            grants.add(grant);
        }
        long capacity = item.whole(CAPACITY, 0);
        if (capacity < 1 || capacity > Integer.MAX_VALUE) {
            return View.FOREIGN;
        }
        return new View(View.Kind.SHARED, version, (int) capacity, token, grants);
    }

    private static @Nullable Grant grant(String slot, @Nullable Item grant) {
        if (grant == null) {
            return null;
        }
        String version = grant.text(VERSION);
        BigDecimal lease = grant.number(LEASE);
        long permits = grant.whole(PERMITS, 0);
        long token = grant.whole(TOKEN, 0);
        if (version == null
                || lease == null
                || permits < 1
                || permits > Integer.MAX_VALUE
                || !NativeLayout.isToken(token)) {
            return null;
        }
        return new Grant(
                slot,
                version,
                Seconds.toNanos(lease),
                (int) permits,
                token,
                grant.text(HOST, ""),
                grant.text(ACTOR, ""));
    }

    Write acquire(Claim claim, @Nullable View seen, List<Holding> replaced) {
        View item = seen == null ? View.NOTHING : seen;
        long token = 1 + (item.kind() == View.Kind.NOTHING ? time.wallMillis() : item.token());
        List<Change> changes = new ArrayList<>(List.of(
                set(NativeLayout.VERSION, claim.version()),
                set(NativeLayout.KEY, claim.version()),
                set(NativeLayout.LEASE, Seconds.ofNanos(claim.leaseNanos())),
                set(NativeLayout.TOKEN, BigDecimal.valueOf(token)),
                set(CAPACITY, BigDecimal.valueOf(claim.capacity())),
                remove(NativeLayout.EXPIRES)));
        Item grant = grant(claim, token);
        if (item.kind() != View.Kind.SHARED) {
            changes.add(set(GRANTS, new Item(Map.of(claim.slot(), grant))));
            changes.add(remove(NativeLayout.HOST));
            changes.add(remove(NativeLayout.ACTOR));
        } else {
            changes.add(new Change.Set(Path.of(GRANTS, claim.slot()), grant));
            present(item, replaced).forEach(gone -> changes.add(new Change.Remove(Path.of(GRANTS, gone.slot()))));
        }
        return Write.update(claim.name(), changes, unchanged(item, replaced));
    }

    private static Item grant(Claim claim, long token) {
        Map<String, Object> grant = new LinkedHashMap<>();
        grant.put(VERSION, claim.version());
        grant.put(LEASE, Seconds.ofNanos(claim.leaseNanos()));
        grant.put(PERMITS, BigDecimal.valueOf(claim.permits()));
        grant.put(TOKEN, BigDecimal.valueOf(token));
        grant.put(HOST, claim.label());
        if (!claim.actor().isEmpty()) {
            grant.put(ACTOR, claim.actor());
        }
        return new Item(grant);
    }

    /** Nobody has come or gone since the item was seen, and what is replaced has not been renewed. */
    static Condition unchanged(View seen, List<Holding> replaced) {
        if (seen.kind() == View.Kind.NOTHING) {
            return new Condition.Absent(Path.of(Table.KEY));
        }
        List<Condition> all = new ArrayList<>();
        if (seen.kind() == View.Kind.SHARED || seen.grants().isEmpty()) {
            all.add(new Condition.Is(Path.of(NativeLayout.VERSION), seen.version()));
        }
        for (Holding gone : present(seen, replaced)) {
            Path version =
                    gone.slot().isEmpty() ? Path.of(NativeLayout.VERSION) : Path.of(GRANTS, gone.slot(), VERSION);
            all.add(Condition.in(version, gone.versions()));
        }
        return new Condition.All(all);
    }

    /** Whether an item has no grant but those that may be taken away. */
    static boolean isFreeWithout(View seen, List<Holding> replaced) {
        return seen.grants().stream()
                .allMatch(grant ->
                        replaced.stream().anyMatch(holding -> holding.slot().equals(grant.slot())));
    }

    private static List<Holding> present(View seen, List<Holding> holdings) {
        return holdings.stream()
                .filter(holding ->
                        seen.grants().stream().anyMatch(grant -> grant.slot().equals(holding.slot())))
                .toList();
    }

    static Write renew(String name, Holding holding, String version) {
        Path path = Path.of(GRANTS, holding.slot(), VERSION);
        return Write.update(name, List.of(new Change.Set(path, version)), Condition.in(path, holding.versions()));
    }

    Write release(String name, View seen, List<Holding> holdings, String version) {
        List<Holding> going = present(seen, holdings);
        List<Change> changes = new ArrayList<>();
        changes.add(set(NativeLayout.VERSION, version));
        going.forEach(gone -> changes.add(new Change.Remove(Path.of(GRANTS, gone.slot()))));
        if (going.size() == seen.grants().size()) {
            changes.add(set(NativeLayout.LEASE, BigDecimal.ZERO));
            changes.add(set(NativeLayout.EXPIRES, NativeLayout.keptUntil(time)));
        }
        return Write.update(name, changes, unchanged(seen, holdings));
    }

    static Write park(String name, Holding holding, String ticket, long leaseNanos) {
        Path version = Path.of(GRANTS, holding.slot(), VERSION);
        return Write.update(
                name,
                List.of(
                        new Change.Set(version, ticket),
                        new Change.Set(Path.of(GRANTS, holding.slot(), LEASE), Seconds.ofNanos(leaseNanos)),
                        new Change.Set(Path.of(GRANTS, holding.slot(), HOST), ""),
                        new Change.Remove(Path.of(GRANTS, holding.slot(), ACTOR))),
                Condition.in(version, holding.versions()));
    }

    Write adopt(Claim claim, Holding parked, @Nullable View seen) {
        View item = Objects.requireNonNull(seen);
        long token = item.token() + 1;
        return Write.update(
                claim.name(),
                List.of(
                        set(NativeLayout.VERSION, claim.version()),
                        set(NativeLayout.TOKEN, BigDecimal.valueOf(token)),
                        new Change.Set(Path.of(GRANTS, parked.slot()), grant(claim, token))),
                Condition.all(
                        new Condition.Is(Path.of(NativeLayout.VERSION), item.version()),
                        Condition.in(Path.of(GRANTS, parked.slot(), VERSION), parked.versions())));
    }
}
