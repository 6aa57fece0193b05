package io.claviger.dynamodb;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A table's items, and what a write does to them: what DynamoDB is trusted to do. Thread-safe. */
final class MemoryItems {
    private static final long REQUESTS_LIVE_SECONDS = 15;
    private static final int MAX_EXPRESSION_BYTES = 4_096;
    private static final int MAX_OPERATORS = 300;
    private static final int MAX_IN = 100;

    private final Map<String, Item> items = new TreeMap<>();
    private final String keyAttribute;
    private final Map<String, List<Item>> earlier = new HashMap<>();
    private final Map<String, Integer> grants = new HashMap<>();

    /** The writes that have been done, and how many grants of the name there had been by then. */
    private final Map<Write, Integer> done = new HashMap<>();

    private final List<String> violations = new ArrayList<>();
    private int writes;
    private int reads;

    MemoryItems() {
        this(Table.KEY);
    }

    /** Makes a table whose items are known by their keys in this attribute. */
    MemoryItems(String keyAttribute) {
        this.keyAttribute = keyAttribute;
    }

    /** Does a write if its condition holds, and another item is as it must be. */
    synchronized Outcome writeIf(String otherKey, Condition other, Write write, boolean repeated) {
        if (holds(other, items.get(otherKey))) {
            return write(write, repeated);
        }
        Item before = items.get(write.key());
        return new Outcome.Unguarded(holds(write.condition(), before) ? Optional.empty() : Optional.ofNullable(before));
    }

    /** Returns what has such a key, without what has the tokens of locks, in the order of the keys' code points. */
    synchronized List<String> keys(String prefix) {
        return items.keySet().stream()
                .filter(key -> key.startsWith(prefix) && !key.startsWith(Layout.RESERVED))
                .sorted((a, b) ->
                        Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8)))
                .toList();
    }

    /** Does a write if its condition holds, and if DynamoDB would understand so long a one. */
    synchronized Outcome write(Write write, boolean repeated) {
        writes++;
        if (!isWithinLimits(write)) {
            return new Outcome.Failed(
                    Outcome.Kind.HOPELESS, "the expressions of a write are longer than DynamoDB allows");
        }
        Item before = items.get(write.key());
        if (!holds(write.condition(), before)) {
            return new Outcome.Refused(Optional.ofNullable(before), repeated);
        }
        noteDone(write);
        earlier.computeIfAbsent(write.key(), key -> new ArrayList<>()).add(before == null ? Item.EMPTY : before);
        Item after = after(write, before);
        if (after == null) {
            items.remove(write.key());
        } else {
            items.put(write.key(), after);
        }
        return new Outcome.Done(Optional.ofNullable(after));
    }

    /**
     * No write has its effect twice; but for copies that arrive so late that others have held and released the name meanwhile: an
     * acquire among these, nobody can tell from a new one.
     */
    private void noteDone(Write write) {
        if (write.key().startsWith(Layout.RESERVED) || write.kind() == Write.Kind.PUT) {
            grants.merge(write.key(), 1, Integer::sum);
            // A number drawn twice is a gap; and where a release leaves no item, it leaves nothing to know a late copy
            // by.
            return;
        }
        Set<Path> ofGrants = Set.of(Path.of(NativeLayout.TOKEN), Path.of(NativeLayout.KEY));
        boolean isGrant = write.changes().stream().anyMatch(change -> ofGrants.contains(change.path()));
        int before = grants.getOrDefault(write.key(), 0);
        int after = isGrant ? before + 1 : before;
        grants.put(write.key(), after);
        Integer earlier = done.put(write, after);
        if (earlier != null && earlier == before) {
            violations.add("S8: done twice: " + write);
        }
    }

    synchronized Optional<Item> read(String key) {
        reads++;
        return Optional.ofNullable(items.get(key));
    }

    /** What was there before the last write, as a read that is not consistent may find it. */
    synchronized Optional<Item> readStale(String key) {
        reads++;
        List<Item> all = earlier.getOrDefault(key, List.of());
        Item last = all.isEmpty() ? items.get(key) : all.get(all.size() - 1);
        return Optional.ofNullable(last).filter(item -> !item.attributes().isEmpty());
    }

    synchronized Optional<Item> peek(String key) {
        return Optional.ofNullable(items.get(key));
    }

    synchronized void put(String key, Item item) {
        items.put(key, item.with(keyAttribute, key));
    }

    synchronized void delete(String key) {
        items.remove(key);
    }

    /**
     * The table forgets what was released, not after 30 days, but when no request from before its release can be under way any
     * more.
     */
    synchronized void forgetReleased(long wallMillis) {
        long longAgo = wallMillis / 1_000 - REQUESTS_LIVE_SECONDS + Layout.KEPT.toSeconds();
        items.values().removeIf(item -> item.whole(NativeLayout.EXPIRES, Long.MAX_VALUE) < longAgo);
    }

    synchronized int writes() {
        return writes;
    }

    synchronized int reads() {
        return reads;
    }

    synchronized List<String> violations() {
        return List.copyOf(violations);
    }

    /** DynamoDB takes expressions of up to 4,096 bytes with up to 300 operators, and up to 100 values behind IN. */
    private static boolean isWithinLimits(Write write) {
        String condition = new Expressions().condition(write.condition());
        String update = write.kind() == Write.Kind.UPDATE ? new Expressions().update(write.changes()) : "";
        return Math.max(condition.length(), update.length()) <= MAX_EXPRESSION_BYTES
                && condition.split(" (AND|OR|IN|=|<|>|<>) ").length <= MAX_OPERATORS
                && isWithinLimits(write.condition());
    }

    private static boolean isWithinLimits(Condition condition) {
        if (condition instanceof Condition.In in) {
            return in.values().size() <= MAX_IN;
        } else if (condition instanceof Condition.All all) {
            return all.conditions().stream().allMatch(MemoryItems::isWithinLimits);
        } else if (condition instanceof Condition.Any any) {
            return any.conditions().stream().allMatch(MemoryItems::isWithinLimits);
        }
        return true;
    }

    private static boolean holds(Condition condition, @Nullable Item item) {
        if (condition instanceof Condition.Absent absent) {
            return value(item, absent.path()) == null;
        } else if (condition instanceof Condition.Present present) {
            return value(item, present.path()) != null;
        } else if (condition instanceof Condition.Is is) {
            return same(value(item, is.path()), is.value());
        } else if (condition instanceof Condition.IsNot isNot) {
            Object value = value(item, isNot.path());
            return value != null && !same(value, isNot.value());
        } else if (condition instanceof Condition.Same || condition instanceof Condition.Differ) {
            return compares(condition, item);
        } else if (condition instanceof Condition.Above above) {
            return value(item, above.path()) instanceof BigDecimal number
                    && number.compareTo(BigDecimal.valueOf(above.number())) > 0;
        } else if (condition instanceof Condition.Below below) {
            return value(item, below.path()) instanceof BigDecimal number
                    && number.compareTo(BigDecimal.valueOf(below.number())) < 0;
        } else if (condition instanceof Condition.In in) {
            Object value = value(item, in.path());
            return value != null && in.values().stream().anyMatch(value::equals);
        } else if (condition instanceof Condition.All all) {
            return all.conditions().stream().allMatch(each -> holds(each, item));
        } else {
            return ((Condition.Any) condition).conditions().stream().anyMatch(each -> holds(each, item));
        }
    }

    private static boolean compares(Condition condition, @Nullable Item item) {
        boolean wanted = condition instanceof Condition.Same;
        Path path = condition instanceof Condition.Same same ? same.path() : ((Condition.Differ) condition).path();
        Path with = condition instanceof Condition.Same same ? same.other() : ((Condition.Differ) condition).other();
        Object value = value(item, path);
        Object other = value(item, with);
        return value != null && other != null && same(value, other) == wanted;
    }

    private static boolean same(@Nullable Object a, Object b) {
        if (a instanceof BigDecimal x && b instanceof BigDecimal y) {
            return x.compareTo(y) == 0;
        }
        return b.equals(a);
    }

    private static @Nullable Object value(@Nullable Item item, Path path) {
        Item in = item;
        Object value = null;
        for (String step : path.steps()) {
            if (in == null) {
                return null;
            }
            value = in.attributes().get(step);
            in = value instanceof Item map ? map : null;
        }
        return value;
    }

    private @Nullable Item after(Write write, @Nullable Item before) {
        if (write.kind() == Write.Kind.DELETE) {
            return null;
        }
        Item start = before == null || write.kind() == Write.Kind.PUT ? Item.EMPTY : before;
        Item item = start.with(keyAttribute, write.key());
        requireSeparate(write.changes());
        for (Change change : write.changes()) {
            item = changed(item, change.path().steps(), value(change, start));
        }
        return item;
    }

    private static @Nullable Object value(Change change, Item before) {
        if (change instanceof Change.Set set) {
            return set.value();
        } else if (change instanceof Change.CountUp count) {
            BigDecimal number = (BigDecimal) value(before, count.from());
            return (number == null ? BigDecimal.valueOf(count.otherwise()) : number).add(BigDecimal.ONE);
        }
        return null;
    }

    private static Item changed(Item item, List<String> steps, @Nullable Object value) {
        if (steps.size() == 1) {
            return item.with(steps.get(0), value);
        }
        Item inner = item.map(steps.get(0));
        if (inner == null) {
            throw new IllegalStateException("DynamoDB refuses a path through what is no map: " + steps);
        }
        return item.with(steps.get(0), changed(inner, steps.subList(1, steps.size()), value));
    }

    /** DynamoDB refuses an update that names a place twice, or one within another. */
    private static void requireSeparate(List<Change> changes) {
        for (Change a : changes) {
            for (Change b : changes) {
                List<String> shorter = a.path().steps();
                List<String> longer = b.path().steps();
                if (a != b
                        && shorter.size() <= longer.size()
                        && longer.subList(0, shorter.size()).equals(shorter)) {
                    throw new IllegalStateException("DynamoDB refuses changes to one place: " + a + " and " + b);
                }
            }
        }
    }
}
