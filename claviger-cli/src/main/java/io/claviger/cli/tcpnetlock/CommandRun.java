package io.claviger.cli.tcpnetlock;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A command while it runs under a lock. It has our standard streams, our process group and so the terminal.
 *
 * <p>Whatever makes us stop the command, the lock is the last to go: first every process that the command started must
 * have ended, since any of them may work on what the lock protects. Only a command that ends of its own accord may leave
 * processes behind, as a daemon's start script does.
 */
final class CommandRun {
    /** Time between TERM and KILL. */
    static final Duration GRACE = Duration.ofSeconds(5);

    /** Time after the first KILL until we give up on processes that are still there. */
    static final Duration KILL_LIMIT = Duration.ofSeconds(5);

    static final int INTERRUPTED = 124;
    static final int SERVER_LOST = 122;

    private static final Duration LOOK_EVERY = Duration.ofMillis(50);

    /**
     * How it ended.
     *
     * @param held whether the lock is still ours and to be released
     */
    record Outcome(int status, boolean held) {}

    private final Process process;
    private final ProcessTree tree;
    private final String lockName;
    private final Console console;
    private final BlockingQueue<Event> events;

    private CommandRun(Process process, String mark, String lockName, Console console, BlockingQueue<Event> events) {
        this.process = process;
        this.tree = new ProcessTree(process.toHandle(), mark);
        this.lockName = lockName;
        this.console = console;
        this.events = events;
    }

    /** @throws IOException if the operating system refuses to run the program */
    static CommandRun start(List<String> command, String lockName, Console console, BlockingQueue<Event> events)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        String mark = ProcessTree.newMark();
        // A command within a command carries both marks, so that either tool finds it.
        builder.environment().merge(ProcessTree.MARK_VARIABLE, mark, String::concat);
        Process process = builder.start();
        var unused = process.onExit().thenAccept(p -> events.add(new Event.CommandEnded(p.exitValue())));
        return new CommandRun(process, mark, lockName, console, events);
    }

    /**
     * Handles all events until the command has ended.
     *
     * <p><b>Blocks</b> as long as the command runs, but after a lost server, TERM or HUP no longer than {@link #GRACE} plus
     * {@link #KILL_LIMIT}.
     */
    Outcome await() throws InterruptedException {
        boolean interrupted = false;
        while (true) {
            Event event = events.take();
            if (event instanceof Event.CommandEnded end) {
                return interrupted ? stopped(INTERRUPTED, false) : new Outcome(end.status(), true);
            }
            if (event instanceof Event.Lost lost) {
                report(lost.loss());
                return stopped(SERVER_LOST, true);
            }
            if (event instanceof Event.Signalled signalled) {
                Signals.Kind kind = signalled.signal();
                boolean hasItAlready = kind == Signals.Kind.INT && Signals.terminalInterruptsCommand();
                if (!hasItAlready && process.isAlive()) {
                    Signals.send(kind, process.toHandle());
                }
                if (kind != Signals.Kind.INT) {
                    return stopped(kind.status(), false);
                }
                // No grace after INT: many programs ask what to do, or take a second Ctrl-C for "now".
                interrupted = true;
            }
        }
    }

    private Outcome stopped(int status, boolean alreadyLost) throws InterruptedException {
        return stop(alreadyLost) ? new Outcome(SERVER_LOST, false) : new Outcome(status, true);
    }

    /**
     * Waits until nothing of the command runs, and sees to it. While the lock is ours, the command is left to end by the
     * signal that it got, and only what it leaves behind gets TERM; once the lock is lost, everything does.
     *
     * @return whether the lock was lost before the end
     */
    private boolean stop(boolean alreadyLost) throws InterruptedException {
        boolean lost = alreadyLost;
        Set<ProcessHandle> told = new HashSet<>();
        long killNanos = System.nanoTime() + GRACE.toNanos();
        while (true) {
            List<ProcessHandle> running = tree.running();
            // The second look finds what was started while the first one passed by.
            if (running.isEmpty() && tree.running().isEmpty()) {
                return lost;
            }
            long overdueNanos = System.nanoTime() - killNanos;
            if (overdueNanos > KILL_LIMIT.toNanos()) {
                console.line("ERROR: cannot stop all of the command's processes, still running: "
                        + running.stream().map(ProcessHandle::pid).toList());
                return lost;
            }
            if (overdueNanos >= 0) {
                running.forEach(ProcessHandle::destroyForcibly);
            } else if (lost || !process.isAlive()) {
                running.stream().filter(told::add).forEach(ProcessHandle::destroy);
            }
            Event event = events.poll(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
            if (event instanceof Event.Lost loss) {
                report(loss.loss());
                lost = true;
            }
        }
    }

    private void report(HeldLock.Loss loss) {
        console.line(lost(lockName, loss) + ". Stopping the command.");
    }

    /** What the user reads about a lost lock, without the end of the sentence. */
    static String lost(String lockName, HeldLock.Loss loss) {
        return loss instanceof HeldLock.Disconnected
                ? TnlClient.disconnected(lockName) + " (" + loss.reason() + ")"
                : "ERROR: lost the lock '" + lockName + "': " + loss.reason();
    }
}
