package io.claviger.cli;

import io.claviger.cli.process.LockedCommand;
import io.claviger.cli.process.Signals;
import io.claviger.cli.process.Stopper;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A command while it runs under locks.
 *
 * <p>Whatever makes us stop the command, the locks are the last to go: first every process that the command started must
 * have ended, since any of them may work on what the locks protect. Only a command that ends of its own accord may leave
 * processes behind, as a daemon's start script does.
 */
final class CommandSupervisor {
    /** Time after the first KILL until we give up on processes that are still there. */
    private static final Duration KILL_LIMIT = Duration.ofSeconds(5);

    private static final Duration LOOK_EVERY = Duration.ofMillis(50);

    /** How much later than the command we may notice a signal that both got. */
    private static final Duration OWN_SIGNAL_DELAY = Duration.ofMillis(200);

    private final LockedCommand command;
    private final String names;
    private final ValidityWatch validity;
    private final Duration grace;
    private final Consumer<String> say;
    private final BlockingQueue<HolderEvent> events;

    /** Whether a lock is lost, or cannot be renewed in time, and that has been said. */
    private boolean lost;

    private boolean signalled;
    private boolean interruptedByTerminal;

    /**
     * Makes one for a command that was just started.
     *
     * @param names the locks, as a message quotes them
     * @param events what happens to the locks, to us and to the command
     */
    CommandSupervisor(
            LockedCommand command,
            String names,
            ValidityWatch validity,
            Duration grace,
            Consumer<String> say,
            BlockingQueue<HolderEvent> events) {
        this.command = command;
        this.names = names;
        this.validity = validity;
        this.grace = grace;
        this.say = say;
        this.events = events;
    }

    /**
     * Handles all events until the command has ended, and what it left behind too unless it ended of its own accord.
     *
     * <p><b>Blocks</b> as long as the command runs, also after a signal. Only once the locks are lost, or cannot be renewed,
     * the time is limited.
     *
     * @return the exit status
     */
    int await() throws InterruptedException {
        while (true) {
            HolderEvent event = events.poll(validity.untilNextLook().toNanos(), TimeUnit.NANOSECONDS);
            if (event instanceof HolderEvent.CommandEnded end) {
                return ended(end.status());
            }
            handle(event);
            checkValidity();
            if (lost) {
                return stop(Statuses.LOST);
            }
        }
    }

    private void handle(@Nullable HolderEvent event) {
        if (event instanceof HolderEvent.Lost loss) {
            validity.lost(loss);
        } else if (event instanceof HolderEvent.Signalled signal) {
            passOn(signal.signal());
        }
    }

    private void checkValidity() {
        boolean timeToStop = validity.untilStop().compareTo(Duration.ZERO) <= 0;
        Optional<HolderEvent.Lost> loss = validity.loss();
        if (!lost && (timeToStop || loss.isPresent())) {
            lost = true;
            say.accept(loss.map(news -> Holder.lost(news.name(), news.reason()))
                            .orElse(names + " could not be renewed in time")
                    + "; stopping the command");
        }
    }

    private void passOn(Signals.Kind kind) {
        if (command.passOn(kind)) {
            signalled = true;
        } else if (kind == Signals.Kind.INT) {
            interruptedByTerminal = true;
        }
    }

    /** The command ended, and the locks were held so far. */
    private int ended(int status) throws InterruptedException {
        // A signal to our whole group, as by Ctrl-C, reaches the command and us at the same time, and the news of the
        // command's end may overtake that of our signal.
        if (LockedCommand.isOfSignal(status) && !signalled && !interruptedByTerminal) {
            HolderEvent own = events.poll(OWN_SIGNAL_DELAY.toMillis(), TimeUnit.MILLISECONDS);
            signalled = own instanceof HolderEvent.Signalled;
        }
        // A Ctrl-C that the command survived, as a shell does, has not stopped it.
        boolean interrupted = interruptedByTerminal && status == Signals.Kind.INT.status();
        return signalled || interrupted ? stop(status) : status;
    }

    /** Waits until nothing of the command runs, and sees to it. */
    private int stop(int status) throws InterruptedException {
        Stopper stopper = new Stopper(grace, KILL_LIMIT, say);
        while (true) {
            List<ProcessHandle> running = command.running();
            if (running.isEmpty()) {
                break;
            }
            Duration left = validity.untilKill();
            boolean over = left.compareTo(Duration.ZERO) <= 0;
            if (over) {
                stopper.killNow();
            }
            if (!stopper.step(running)) {
                break;
            }
            Duration pause = over || left.compareTo(LOOK_EVERY) > 0 ? LOOK_EVERY : left;
            handle(events.poll(pause.toNanos(), TimeUnit.NANOSECONDS));
            checkValidity();
        }
        return lost ? Statuses.LOST : status;
    }
}
