package io.claviger.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.ClavigerException;
import io.claviger.Lease;
import io.claviger.LockClient;
import io.claviger.LockOptions;
import io.claviger.testkit.HistoryChecker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Clients in threads of their own that lock names over a rough wire, and the judge of what they saw. */
final class WireCrowd {
    private static final int CLIENTS = 8;
    private static final List<String> NAMES = List.of("a", "b", "c", "d");
    private static final int PERCENT = 100;
    private static final int MANUAL = 30;
    private static final int TRIES = 20;
    private static final int RENEWALS = 30;
    private static final int COUNTS = 40;
    private static final int STAYS = 15;
    private static final int HAND_OFFS = 25;
    private static final int RELEASES = 90;
    private static final int MOST_STEPS = 4;
    private static final int MOST_MILLIS = 20;

    private final List<LockClient> clients = new ArrayList<>();
    private final HistoryChecker history = new HistoryChecker();
    private final Map<String, Long> newest = new ConcurrentHashMap<>();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final AtomicInteger grants = new AtomicInteger();
    private final Optional<WireCounters> counters;
    private final Duration lease;
    private final long seed;

    WireCrowd(RoughWire wire, Duration lease, long seed) {
        this.lease = lease;
        this.seed = seed;
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(wire.rough("client-" + i));
        }
        counters = wire.layout == DynamoLayout.DYNALOCK ? Optional.of(new WireCounters()) : Optional.empty();
    }

    int grants() {
        return grants.get();
    }

    /**
     * Returns when all have stopped: after the usual time, or later if there have not been enough grants by then.
     */
    void run(Duration usual, Duration longest, int enough) throws InterruptedException {
        long start = System.nanoTime();
        BooleanSupplier over = () -> {
            long passed = System.nanoTime() - start;
            return passed >= longest.toNanos() || (passed >= usual.toNanos() && grants.get() >= enough);
        };
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            int number = i;
            Thread thread = new Thread(() -> {
                try {
                    new Member(number).run(over);
                } catch (RuntimeException | AssertionError wrong) {
                    failures.add(wrong);
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /** Nothing was wrong, and everything becomes free. */
    void judge(LockClient fresh, Duration patience) throws InterruptedException {
        assertThat(failures).isEmpty();
        history.check();
        for (String name : NAMES) {
            Lease last = fresh.lock(name)
                    .acquire(patience)
                    .orElseThrow(() -> new AssertionError("L3: '" + name + "' is never free again"));
            assertThat(last.token().value()).as("S3").isGreaterThan(newest.getOrDefault(name, 0L));
            last.release();
        }
        counters.ifPresent(all -> all.judge(fresh.keyValues()));
    }

    /** One thread with its client. */
    private final class Member {
        private final int number;
        private final LockClient client;
        private final SplittableRandom random;

        Member(int number) {
            this.number = number;
            this.client = clients.get(number);
            this.random = new SplittableRandom(new SplittableRandom(seed).nextLong() + number);
        }

        void run(BooleanSupplier over) throws InterruptedException {
            while (!over.getAsBoolean()) {
                String name = NAMES.get(random.nextInt(NAMES.size()));
                boolean manual = chance(MANUAL);
                LockOptions options = manual ? LockOptions.manualLease(lease) : LockOptions.DEFAULT;
                long asked = System.nanoTime();
                Optional<Lease> granted = ask(name, options);
                if (granted.isPresent()) {
                    hold(granted.get(), asked, manual);
                }
            }
        }

        private boolean chance(int percent) {
            return random.nextInt(PERCENT) < percent;
        }

        /** Whoever is told that it is uncertain comes again. */
        private Optional<Lease> ask(String name, LockOptions options) throws InterruptedException {
            try {
                return chance(TRIES)
                        ? client.lock(name, options).tryAcquire()
                        : client.lock(name, options).acquire(lease.multipliedBy(2));
            } catch (ClavigerException uncertain) {
                return Optional.empty();
            }
        }

        private void hold(Lease held, long asked, boolean forgettable) {
            long granted = System.nanoTime();
            long sure = granted;
            boolean valid = true;
            grants.incrementAndGet();
            // Some stay for as long as they may, which is when it shows whether others are let in too early.
            boolean stays = forgettable && chance(STAYS);
            for (int i = random.nextInt(MOST_STEPS); valid && (i >= 0 || stays); i--) {
                if (!stays && chance(COUNTS)) {
                    counters.ifPresent(all -> all.countUp(client.keyValues(), held));
                }
                if (!stays && chance(RENEWALS)) {
                    renew(held);
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(MOST_MILLIS)));
                long now = System.nanoTime();
                valid = held.isValid();
                sure = valid ? now : sure;
            }
            long token = held.token().value();
            newest.merge(held.name(), token, Math::max);
            history.add(new HistoryChecker.Grant(held.name(), 1, 1, token, asked, granted, granted, sure));
            leave(held, forgettable);
        }

        private static void renew(Lease held) {
            try {
                held.renew();
            } catch (ClavigerException lost) {
                // Then it is not valid either, which is looked at next.
                assertThat(held.isValid())
                        .as("valid, although it is not renewed: %s", lost)
                        .isFalse();
            }
        }

        /** A lease that only its holder renews may also be forgotten. */
        private void leave(Lease held, boolean forgettable) {
            try {
                if (chance(HAND_OFFS)) {
                    String text = held.handOff(lease);
                    long asked = System.nanoTime();
                    hold(clients.get((number + 1) % CLIENTS).adopt(text), asked, forgettable);
                } else if (!forgettable || chance(RELEASES)) {
                    held.release();
                }
            } catch (ClavigerException over) {
                // That it is uncertain what became of it does not mean that anybody may still act.
                assertThat(held.isValid())
                        .as("valid, although it was given up: %s", over)
                        .isFalse();
            }
        }
    }
}
