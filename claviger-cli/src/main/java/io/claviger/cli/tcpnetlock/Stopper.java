package io.claviger.cli.tcpnetlock;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Ends processes that must not go on: TERM for each that is found, KILL for all that are left after a grace, and after a
 * further limit no more. The time runs from the first call. Not thread-safe.
 */
final class Stopper {
    private final Duration grace;
    private final Duration killLimit;
    private final Console console;
    private final Set<ProcessHandle> told = new HashSet<>();
    private boolean started;
    private boolean killing;
    private long startNanos;

    Stopper(Duration grace, Duration killLimit, Console console) {
        this.grace = grace;
        this.killLimit = killLimit;
        this.console = console;
    }

    /**
     * Does what is due now.
     *
     * @param running at least one process
     * @return false if nothing more can be done
     */
    boolean step(List<ProcessHandle> running) {
        if (!started) {
            started = true;
            startNanos = System.nanoTime();
        }
        long overdueNanos = System.nanoTime() - startNanos - grace.toNanos();
        if (overdueNanos > killLimit.toNanos()) {
            console.line("ERROR: cannot stop all of the command's processes, still running: " + pids(running));
            return false;
        }
        if (overdueNanos < 0) {
            running.stream().filter(told::add).forEach(ProcessHandle::destroy);
            return true;
        }
        if (!killing) {
            killing = true;
            console.line(
                    "WARNING: still running " + grace.toSeconds() + " s after TERM, sending KILL: " + pids(running));
        }
        running.forEach(ProcessHandle::destroyForcibly);
        return true;
    }

    private static List<Long> pids(List<ProcessHandle> processes) {
        return processes.stream().map(ProcessHandle::pid).toList();
    }
}
