package io.claviger.cli;

import io.claviger.DistributedLock;
import io.claviger.LockClient;
import io.claviger.LockOptions;
import io.claviger.MultiLock;
import io.claviger.engine.Limits;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The locks that are asked for, from all sources and checked.
 *
 * @param names in the order of the command line, all different
 * @param waitLimit empty = none, zero = ask once
 */
record Wanted(List<String> names, Optional<Duration> waitLimit, Kind kind, LockOptions options) {
    /** What the names are. */
    private sealed interface Kind {}

    private record Mutex() implements Kind {}

    private record Semaphore(int permits, int capacity) implements Kind {}

    private record Reader() implements Kind {}

    private record Writer() implements Kind {}

    /** @throws BadOptionException if a name or a value is bad, or two values contradict each other */
    static Wanted of(List<String> names, OptionSources sources) {
        checkNames(names);
        return new Wanted(List.copyOf(names), waitLimit(sources), kind(sources), options(sources));
    }

    /** The locks of a client, as one. */
    MultiLock of(LockClient client) {
        Function<String, DistributedLock> lock;
        if (kind instanceof Semaphore semaphore) {
            lock = name -> client.semaphore(name, semaphore.capacity(), options).permits(semaphore.permits());
        } else if (kind instanceof Reader) {
            lock = name -> client.readWriteLock(name, options).readLock();
        } else if (kind instanceof Writer) {
            lock = name -> client.readWriteLock(name, options).writeLock();
        } else {
            lock = name -> client.lock(name, options);
        }
        return MultiLock.of(names.stream().map(lock).toList());
    }

    /** Whether nothing was said about capacity, so that a name that has another one needs an option. */
    boolean isPlain() {
        return kind instanceof Mutex;
    }

    /** The names as a message quotes them. */
    String quoted() {
        return names.stream()
                .map(name -> "'" + OptionValue.printable(name) + "'")
                .collect(Collectors.joining(", "));
    }

    /** @throws BadOptionException if a name is none, or is there twice */
    static void checkNames(List<String> names) {
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            String shown = "'" + OptionValue.printable(name) + "'";
            if (name.isEmpty()) {
                throw new BadOptionException("a lock's name is not empty");
            }
            if (name.indexOf('\uFFFD') >= 0) {
                throw new BadOptionException("the locale cannot represent the name " + shown
                        + "; set LC_ALL to one that can, such as C.UTF-8");
            }
            if (!Limits.isWellFormed(name, Limits.MAX_NAME_LENGTH)) {
                throw new BadOptionException("a lock's name has at most " + Limits.MAX_NAME_LENGTH
                        + " characters, but one of these has " + name.length());
            }
            if (!seen.add(name)) {
                throw new BadOptionException("the name " + shown + " is given twice; each name once");
            }
        }
    }

    private static Optional<Duration> waitLimit(OptionSources sources) {
        Optional<OptionValue> limit = sources.get("wait");
        Optional<OptionValue> noWait = sources.get("no-wait").filter(OptionValue::flag);
        if (limit.isPresent() && noWait.isPresent()) {
            throw limit.get().bad("contradicts --no-wait; give one of them");
        }
        return noWait.map(flag -> Duration.ZERO).or(() -> limit.map(OptionValue::duration));
    }

    private static Kind kind(OptionSources sources) {
        Optional<OptionValue> shared = sources.get("shared").filter(OptionValue::flag);
        Optional<OptionValue> exclusive = sources.get("exclusive").filter(OptionValue::flag);
        Optional<OptionValue> permits = sources.get("permits");
        Optional<OptionValue> capacity = sources.get("capacity");
        if (shared.isPresent() && exclusive.isPresent()) {
            throw shared.get().bad("contradicts --exclusive; give one of them");
        }
        if (shared.isPresent() || exclusive.isPresent()) {
            permits.or(() -> capacity).ifPresent(value -> {
                throw value.bad("does not go with --shared and --exclusive, which take permits of their own");
            });
            return shared.isPresent() ? new Reader() : new Writer();
        }
        if (capacity.isEmpty()) {
            permits.ifPresent(value -> {
                throw value.bad("needs --capacity as well, the number of permits that there are");
            });
            return new Mutex();
        }
        int all = capacity.get().count();
        int taken = permits.map(OptionValue::count).orElse(1);
        if (taken > all) {
            throw permits.orElseThrow().bad("is more than the " + all + " of --capacity");
        }
        return new Semaphore(taken, all);
    }

    private static LockOptions options(OptionSources sources) {
        LockOptions options = sources.get("lease").map(Wanted::lease).orElse(LockOptions.DEFAULT);
        return sources.get("actor").map(actor -> withActor(options, actor)).orElse(options);
    }

    private static LockOptions lease(OptionValue value) {
        Duration lease = value.duration();
        if (lease.compareTo(LockOptions.MIN_LEASE) < 0) {
            throw value.bad("is shorter than the shortest lease, " + Durations.format(LockOptions.MIN_LEASE));
        }
        return LockOptions.lease(lease);
    }

    private static LockOptions withActor(LockOptions options, OptionValue actor) {
        try {
            return options.withActor(actor.text());
        } catch (IllegalArgumentException e) {
            throw actor.bad("is no actor: " + e.getMessage());
        }
    }
}
