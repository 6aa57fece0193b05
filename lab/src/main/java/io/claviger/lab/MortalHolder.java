package io.claviger.lab;

import io.claviger.Lease;
import io.claviger.LeaseLostException;
import io.claviger.LockClient;
import io.claviger.LockOptions;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Holds a name until it is killed, and asks all the time whether it may go on. If it may not, it says what it has seen.
 * {@link HolderDeath} starts, stops and kills it.
 */
public final class MortalHolder {
    /** The first word of the line that says that the name is held. */
    static final String HELD = "held";

    /** The first word of the last line. */
    static final String LOST = "lost";

    private static final long STEP_MILLIS = 1;
    private static final long LISTENER_PATIENCE_SECONDS = 10;

    private MortalHolder() {}

    /** Holds; ends by itself only when the lease was lost. */
    public static void main(String[] words) {
        Load.main("MortalHolder", HolderOptions.USAGE, () -> {
            HolderOptions options = HolderOptions.parse(words);
            return () -> {
                try (LockClient client = LockClient.connect(options.at())) {
                    return hold(client, options);
                }
            };
        });
    }

    private static boolean hold(LockClient client, HolderOptions options) throws InterruptedException {
        LockOptions how = options.leaseMillis() == 0
                ? LockOptions.DEFAULT
                : LockOptions.lease(Duration.ofMillis(options.leaseMillis()));
        Lease lease = client.lock(options.name(), how).acquire();
        CountDownLatch told = new CountDownLatch(1);
        AtomicReference<String> reason = new AtomicReference<>("none");
        lease.onLost(why -> {
            reason.set(why.name());
            told.countDown();
        });
        System.out.println(HELD + " token=" + lease.token().value());
        long returned = returnsAfterAPause(lease, options.leaseMillis());
        boolean before = told.getCount() == 0;
        boolean seen = told.await(LISTENER_PATIENCE_SECONDS, TimeUnit.SECONDS);
        System.out.println(LOST + " returned_after_pause=" + returned + " told_before=" + before + " told=" + seen
                + " reason=" + reason.get());
        return returned == 0 && seen;
    }

    /**
     * Calls {@code checkpoint()} until it throws, and returns how often it did not although this process had just been
     * stopped for longer than its lease. The pause is looked for before each call, so it does not count if it falls into
     * the call itself.
     */
    private static long returnsAfterAPause(Lease lease, long leaseMillis) throws InterruptedException {
        long leaseNanos = leaseMillis == 0 ? Long.MAX_VALUE : TimeUnit.MILLISECONDS.toNanos(leaseMillis);
        boolean paused = false;
        long returned = 0;
        long last = System.nanoTime();
        while (true) {
            long now = System.nanoTime();
            paused |= now - last > leaseNanos;
            last = now;
            try {
                lease.checkpoint();
            } catch (LeaseLostException lost) {
                return returned;
            }
            returned += paused ? 1 : 0;
            Thread.sleep(STEP_MILLIS);
        }
    }
}
