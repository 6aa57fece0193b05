package io.claviger.dynamodb;

import static io.claviger.dynamodb.Change.set;

import io.claviger.Capability;
import io.claviger.LockOptions;
import io.claviger.spi.TimeSource;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The layout of lynk 0.1 to 0.3: one item with lynk's four attributes while a lock is held, none while it is free. Its clients and
 * ours exclude each other.
 *
 * <p>No number survives in such an item, so tokens are drawn from an item beside it, after the lock was granted. A token counts only
 * if its answer arrives before the lock's own deadline: then it was drawn before anybody could take the lock away, so every later
 * holder draws a greater one.
 */
final class LynkLayout implements Layout {
    private static final Condition NO_ITEM = new Condition.Absent(Path.of(Table.KEY));
    private static final Path VERSION = Path.of(NativeLayout.VERSION);

    /** Stands in {@code hostIdentifier}, which people read and nobody compares, before the actor. */
    private static final String FOR = " for ";

    private final TimeSource time;
    private final boolean tokens;

    LynkLayout(TimeSource time, boolean tokens) {
        this.time = time;
        this.tokens = tokens;
    }

    @Override
    public Set<Capability> capabilities() {
        return EnumSet.of(Capability.HAND_OFF);
    }

    @Override
    public int maxNameBytes() {
        return MAX_KEY_BYTES - RESERVED.getBytes(StandardCharsets.UTF_8).length;
    }

    @Override
    public View view(Optional<Item> found) {
        if (found.isEmpty()) {
            return View.NOTHING;
        }
        Item item = found.get();
        String version = item.text(NativeLayout.VERSION);
        BigDecimal lease = item.number(NativeLayout.LEASE);
        if (version == null || version.isEmpty() || lease == null || item.has(NativeLayout.TOKEN)) {
            return View.FOREIGN;
        }
        String host = item.text(NativeLayout.HOST, "");
        int end = host.lastIndexOf(FOR);
        String label = end < 0 ? host : host.substring(0, end);
        String actor = end < 0 ? "" : host.substring(end + FOR.length());
        Grant grant = new Grant("", version, Seconds.toNanos(lease), 1, 0, label, actor);
        return new View(View.Kind.SINGLE, version, 1, 0, List.of(grant));
    }

    @Override
    public String foreign(String name) {
        return "the item '" + name
                + "' of the table is no lock of the layout lynk, so it is left alone; lock another name, or open"
                + " the table with the layout that it has";
    }

    @Override
    public Write acquire(Claim claim, @Nullable View seen, List<Holding> replaced) {
        List<Condition> ways = new ArrayList<>(List.of(NO_ITEM));
        if (!replaced.isEmpty()) {
            ways.add(new Condition.In(VERSION, versions(replaced)));
        }
        return new Write(Write.Kind.PUT, claim.name(), held(claim), new Condition.Any(ways));
    }

    private static List<Change> held(Claim claim) {
        return List.of(
                set(NativeLayout.VERSION, claim.version()),
                set(NativeLayout.LEASE, Seconds.ofNanos(claim.leaseNanos())),
                set(NativeLayout.HOST, host(claim.label(), claim.actor())));
    }

    private static String host(String label, String actor) {
        return actor.isEmpty() ? label : label + FOR + actor;
    }

    private static List<String> versions(List<Holding> holdings) {
        List<String> versions = new ArrayList<>();
        holdings.forEach(holding -> versions.addAll(holding.versions()));
        return versions;
    }

    @Override
    public Write renew(String name, Holding holding, String version, long leaseNanos, String label, String actor) {
        return Write.update(
                name,
                List.of(set(NativeLayout.HOST, host(label, actor)), set(NativeLayout.VERSION, version)),
                new Condition.In(VERSION, holding.versions()));
    }

    @Override
    public Write release(String name, View seen, List<Holding> holdings, String version) {
        return new Write(Write.Kind.DELETE, name, List.of(), new Condition.In(VERSION, versions(holdings)));
    }

    @Override
    public Write park(String name, Holding holding, String ticket, long leaseNanos) {
        return Write.update(
                name,
                List.of(
                        set(NativeLayout.VERSION, ticket),
                        set(NativeLayout.LEASE, Seconds.ofNanos(leaseNanos)),
                        set(NativeLayout.HOST, "")),
                new Condition.In(VERSION, holding.versions()));
    }

    @Override
    public Write adopt(Claim claim, Holding parked, @Nullable View seen) {
        return Write.update(claim.name(), held(claim), new Condition.In(VERSION, parked.versions()));
    }

    @Override
    public String handOffText(String name, String ticket, LockOptions options) {
        return LynkText.write(name, ticket, options);
    }

    @Override
    public HandOff handOff(String text) {
        return LynkText.read(text);
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
                        new Change.CountUp(Path.of(NativeLayout.TOKEN), time.wallMillis()),
                        set(NativeLayout.HOST, host(label, actor)),
                        set(NativeLayout.EXPIRES, NativeLayout.keptUntil(time))),
                Condition.any(NO_ITEM, NativeLayout.canCountUp()));
    }
}
