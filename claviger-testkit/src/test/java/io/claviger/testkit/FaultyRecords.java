package io.claviger.testkit;

import static io.claviger.testkit.Defect.CREATE_OVERWRITES;
import static io.claviger.testkit.Defect.DELETION_UNCONDITIONAL;
import static io.claviger.testkit.Defect.GUARD_IGNORED;
import static io.claviger.testkit.Defect.GUARD_LINGERS;
import static io.claviger.testkit.Defect.PAGE_SKIPS;
import static io.claviger.testkit.Defect.RECORD_ENDS_EARLY;
import static io.claviger.testkit.Defect.RECORD_IMMORTAL;
import static io.claviger.testkit.Defect.STALE_READ;
import static io.claviger.testkit.Defect.TIME_TO_LIVE_KEPT;
import static io.claviger.testkit.Defect.UTF16_ORDER;
import static io.claviger.testkit.Defect.VERSION_IGNORED;
import static io.claviger.testkit.Defect.VERSION_RESET;
import static io.claviger.testkit.Defect.WRITES_TWICE;

import io.claviger.Entry;
import io.claviger.KeyValueStore;
import io.claviger.ListOptions;
import io.claviger.Page;
import io.claviger.spi.DeleteRequest;
import io.claviger.spi.PutRequest;
import io.claviger.spi.WriteGuard;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The records of a {@link FaultySpace}, whose monitor guards them: right, except for its one defect. */
final class FaultyRecords {
    private static final long LARGEST_PAGE = 1_000_000;

    private record Stored(Entry entry, long endNanos) {}

    private final FaultySpace space;
    private final Map<String, Stored> records = new HashMap<>();
    private final Map<String, Entry> replaced = new HashMap<>();
    private long versions = 10;

    FaultyRecords(FaultySpace space) {
        this.space = space;
    }

    Optional<Entry> put(PutRequest request) {
        check(request.key(), request.guard());
        long present = version(request.key());
        if (!matches(request.expectedVersion(), present) && !mayOverwrite(request.expectedVersion())) {
            return Optional.empty();
        }
        Entry first = write(request, present);
        if (space.has(WRITES_TWICE)) {
            write(request, first.version());
        }
        return Optional.of(first);
    }

    private boolean mayOverwrite(OptionalLong expected) {
        boolean creates = expected.orElse(-1) == KeyValueStore.ABSENT;
        return space.has(creates ? CREATE_OVERWRITES : VERSION_IGNORED);
    }

    private Entry write(PutRequest request, long present) {
        long version = space.has(VERSION_RESET) ? present + 1 : ++versions;
        Optional<Duration> life = request.options().timeToLive();
        Entry entry = new Entry(request.key(), request.value(), version, life);
        long end = life.map(length -> space.time.nanoTime() + lived(length)).orElse(Long.MAX_VALUE);
        Stored before = records.get(request.key());
        if (before != null) {
            replaced.put(request.key(), before.entry());
            if (space.has(TIME_TO_LIVE_KEPT) && life.isEmpty()) {
                end = before.endNanos();
            }
        }
        records.put(request.key(), new Stored(entry, end));
        return entry;
    }

    private long lived(Duration length) {
        return space.has(RECORD_ENDS_EARLY) ? length.toNanos() * 3 / 4 : length.toNanos();
    }

    boolean delete(DeleteRequest request) {
        check(request.key(), request.guard());
        long present = version(request.key());
        if (!matches(request.expectedVersion(), present) && !space.has(DELETION_UNCONDITIONAL)) {
            return false;
        }
        records.remove(request.key());
        return present != 0;
    }

    Optional<Entry> get(String key) {
        Optional<Entry> seen = live(key);
        return space.has(STALE_READ) && seen.isPresent() ? Optional.of(replaced.getOrDefault(key, seen.get())) : seen;
    }

    Page list(String prefix, ListOptions options) {
        Comparator<String> order = space.has(UTF16_ORDER)
                ? Comparator.naturalOrder()
                : Comparator.comparing(key -> key.getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);
        List<Entry> all = records.keySet().stream()
                .filter(key -> key.startsWith(prefix) && order.compare(key, options.after()) > 0)
                .sorted(order)
                .flatMap(key -> live(key).stream())
                .toList();
        int end = 0;
        long bytes = 0;
        while (end < Math.min(all.size(), options.limit()) && bytes < LARGEST_PAGE) {
            bytes += all.get(end++).value().length();
        }
        int last = space.has(PAGE_SKIPS) ? end : end - 1;
        return new Page(
                all.subList(0, end),
                end < all.size() ? Optional.of(all.get(last).key()) : Optional.empty());
    }

    private Optional<Entry> live(String key) {
        Stored stored = records.get(key);
        long now = space.time.nanoTime();
        if (stored == null || (now >= stored.endNanos() && !space.has(RECORD_IMMORTAL))) {
            records.remove(key);
            return Optional.empty();
        }
        Entry entry = stored.entry();
        return Optional.of(new Entry(
                key,
                entry.value(),
                entry.version(),
                Optional.of(stored.endNanos())
                        .filter(end -> end != Long.MAX_VALUE)
                        .map(end -> Duration.ofNanos(Math.max(0, end - now)))));
    }

    private long version(String key) {
        return live(key).map(Entry::version).orElse(KeyValueStore.ABSENT);
    }

    private static boolean matches(OptionalLong expected, long present) {
        return expected.isEmpty() || expected.getAsLong() == present;
    }

    private void check(String key, Optional<WriteGuard> guard) {
        if (guard.isPresent() && !space.has(GUARD_IGNORED)) {
            WriteGuard condition = guard.get();
            boolean held = space.holdersOf(condition.name()).stream()
                    .filter(holder -> space.has(GUARD_LINGERS) || holder.mayAct())
                    .anyMatch(holder -> holder.token().equals(condition.token()));
            if (!held) {
                throw condition.refused(key);
            }
        }
    }
}
