package io.claviger.cli;

import io.claviger.LockClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The line about locks that were not granted within the limit. On a table it also names the holder, since no other command does. */
final class NotGranted {
    /** A hint is worth no more than this. */
    private static final Duration LOOK_LIMIT = Duration.ofSeconds(1);

    /** Long enough to follow somebody who crashed under the default lease. */
    private static final Duration LONG_WAIT = Duration.ofSeconds(30);

    private NotGranted() {}

    /** Of the locks of a server, where who crashed is noticed also if nobody waits. */
    static String onServer(Wanted wanted) {
        return now(wanted) ? heldNow(wanted, "") + "; not granted" : notWithin(wanted);
    }

    /**
     * Of the locks of a table. <b>Blocks</b> for a look at who holds the lock, a second at most; without an answer nobody is named.
     */
    static String onTable(Wanted wanted, LockClient client) {
        String holder =
                wanted.names().size() == 1 ? holder(client, wanted.names().get(0)) : "";
        String line = now(wanted)
                ? heldNow(wanted, holder.isEmpty() ? "" : " by " + holder) + "; not granted"
                : notWithin(wanted) + (holder.isEmpty() ? "" : "; it is held by " + holder);
        boolean brief = wanted.waitLimit().orElse(Duration.ZERO).compareTo(LONG_WAIT) < 0;
        return line + ". On a table, who crashed is followed only by somebody who has waited for longer than its lease"
                + " (default 20s)" + (brief ? ", such as with --wait " + Durations.format(LONG_WAIT) : "");
    }

    private static boolean now(Wanted wanted) {
        return wanted.waitLimit().orElse(Duration.ZERO).isZero();
    }

    private static String heldNow(Wanted wanted, String by) {
        return wanted.quoted() + (wanted.names().size() == 1 ? " is held" + by : " cannot all be had now");
    }

    private static String notWithin(Wanted wanted) {
        return wanted.quoted() + (wanted.names().size() == 1 ? " was" : " were") + " not granted within "
                + Durations.format(wanted.waitLimit().orElse(Duration.ZERO));
    }

    /** Empty if nobody is known. */
    private static String holder(LockClient client, String name) {
        try {
            List<io.claviger.Holder> holders =
                    client.holdersAsync(name).get(LOOK_LIMIT.toNanos(), TimeUnit.NANOSECONDS);
            if (holders.isEmpty() || holders.get(0).label().isEmpty()) {
                return "";
            }
            int others = holders.size() - 1;
            return LockWords.process(holders.get(0).label())
                    + (others == 0 ? "" : " and " + LockWords.number(others) + " more");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            // That it was not granted is known nevertheless, and must be what is said.
            return "";
        }
    }
}
