package io.claviger.cli.tcpnetlock;

import io.claviger.cli.process.CannotRunException;
import io.claviger.cli.process.LockedCommand;
import io.claviger.cli.process.Signals;
import io.claviger.cli.process.Stopper;
import java.time.Duration;
import java.util.List;
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
    /** Time between TERM and KILL for what must not go on. */
    static final Duration GRACE = Duration.ofSeconds(5);

    /** Time after the first KILL until we give up on processes that are still there. */
    static final Duration KILL_LIMIT = Duration.ofSeconds(5);

    static final int INTERRUPTED = 124;
    static final int SERVER_LOST = 122;

    private static final Duration LOOK_EVERY = Duration.ofMillis(50);

    /** How much later than the command we may notice a signal that both got. */
    private static final Duration OWN_SIGNAL_DELAY = Duration.ofMillis(200);

    /**
     * How it ended.
     *
     * @param held whether the lock is still ours and to be released
     */
    record Outcome(int status, boolean held) {}

    private final LockedCommand command;
    private final String lockName;
    private final Console console;
    private final BlockingQueue<Event> events;

    private CommandRun(LockedCommand command, String lockName, Console console, BlockingQueue<Event> events) {
        this.command = command;
        this.lockName = lockName;
        this.console = console;
        this.events = events;
    }

    /** @throws CannotRunException if the operating system refuses to run the program */
    static CommandRun start(List<String> command, String lockName, Console console, BlockingQueue<Event> events)
            throws CannotRunException {
        LockedCommand started =
                LockedCommand.start(command, environment -> {}, status -> events.add(new Event.CommandEnded(status)));
        return new CommandRun(started, lockName, console, events);
    }

    /**
     * Handles all events until the command has ended.
     *
     * <p><b>Blocks</b> as long as the command runs, also after a signal. Only after a lost server the time is limited, to
     * {@link #GRACE} plus {@link #KILL_LIMIT}; so it is for what a signalled command leaves behind.
     */
    Outcome await() throws InterruptedException {
        boolean interrupted = false;
        while (true) {
            Event event = events.take();
            if (event instanceof Event.CommandEnded end) {
                return interrupted ? stopped(INTERRUPTED, false) : ended(end.status());
            }
            if (event instanceof Event.Lost lost) {
                report(lost.loss());
                return stopped(SERVER_LOST, true);
            }
            if (event instanceof Event.Signalled signalled) {
                Signals.Kind kind = signalled.signal();
                command.passOn(kind);
                if (kind != Signals.Kind.INT) {
                    return stopped(kind.status(), false);
                }
                // Not yet the end: many programs ask what to do, or take a second Ctrl-C for "now".
                interrupted = true;
            }
        }
    }

    /**
     * The command ended, and no signal came before. A signal to our whole group, as by Ctrl-C, reaches the command and us
     * at the same time, and the news of the command's end may overtake that of our signal.
     */
    private Outcome ended(int status) throws InterruptedException {
        if (LockedCommand.isOfSignal(status)
                && events.poll(OWN_SIGNAL_DELAY.toMillis(), TimeUnit.MILLISECONDS) instanceof Event.Signalled own) {
            return stopped(
                    own.signal() == Signals.Kind.INT
                            ? INTERRUPTED
                            : own.signal().status(),
                    false);
        }
        return new Outcome(status, true);
    }

    private Outcome stopped(int status, boolean alreadyLost) throws InterruptedException {
        return stop(alreadyLost) ? new Outcome(SERVER_LOST, false) : new Outcome(status, true);
    }

    /**
     * Waits until nothing of the command runs, and sees to it. While the lock is ours, the command is left to end by the
     * signal that it got, however long its clean-up takes, and only what it leaves behind is stopped; once the lock is
     * lost, everything is.
     *
     * @return whether the lock was lost before the end
     */
    private boolean stop(boolean alreadyLost) throws InterruptedException {
        boolean lost = alreadyLost;
        Stopper stopper = new Stopper(GRACE, KILL_LIMIT, console::line);
        while (true) {
            // Asked before the look, so that what is found after the command's end is what it left behind.
            boolean commandEnded = !command.isAlive();
            List<ProcessHandle> running = command.running();
            if (running.isEmpty()) {
                return lost;
            }
            if ((lost || commandEnded) && !stopper.step(running)) {
                return lost;
            }
            Event event = events.poll(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
            if (event instanceof Event.Lost loss) {
                report(loss.loss());
                lost = true;
            } else if (event instanceof Event.Signalled signalled) {
                command.passOn(signalled.signal());
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
