package io.claviger.cli.process;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Ends processes that must not go on: TERM for each that is found, KILL for all that are left after a grace, and after a
 * further limit no more. The time runs from the first call. Not thread-safe.
 */
public final class Stopper {
    private final Duration grace;
    private final Duration killLimit;
    private final Consumer<String> say;
    private final Set<ProcessHandle> told = new HashSet<>();
    private boolean started;
    private boolean atOnce;
    private boolean killing;
    private long startNanos;

    /**
     * Makes one that has not begun.
     *
     * @param grace time between TERM and KILL
     * @param killLimit time after the first KILL until we give up on processes that are still there
     * @param say gets a line for the user if KILL is needed, or does not help
     */
    public Stopper(Duration grace, Duration killLimit, Consumer<String> say) {
        this.grace = grace;
        this.killLimit = killLimit;
        this.say = say;
    }

    /** From now on KILL is due, whatever is left of the grace. */
    public void killNow() {
        if (!atOnce && !killing) {
            atOnce = true;
            started = true;
            startNanos = System.nanoTime() - grace.toNanos();
        }
    }

    /**
     * Does what is due now.
     *
     * @param running at least one process
     * @return false if nothing more can be done
     */
    public boolean step(List<ProcessHandle> running) {
        if (!started) {
            started = true;
            startNanos = System.nanoTime();
        }
        long overdueNanos = System.nanoTime() - startNanos - grace.toNanos();
        if (overdueNanos > killLimit.toNanos()) {
            say.accept("ERROR: cannot stop all of the command's processes, still running: " + pids(running));
            return false;
        }
        if (overdueNanos < 0) {
            // Told once, so that a handler of the command's is not run again and again.
            running.stream().filter(told::add).forEach(ProcessHandle::destroy);
            return true;
        }
        if (!killing) {
            killing = true;
            String when = atOnce ? "now" : seconds(grace) + " s after TERM";
            say.accept("WARNING: still running " + when + ", sending KILL: " + pids(running));
        }
        running.forEach(ProcessHandle::destroyForcibly);
        return true;
    }

    private static String seconds(Duration duration) {
        return BigDecimal.valueOf(duration.toMillis(), 3).stripTrailingZeros().toPlainString();
    }

    private static List<Long> pids(List<ProcessHandle> processes) {
        return processes.stream().map(ProcessHandle::pid).toList();
    }
}
