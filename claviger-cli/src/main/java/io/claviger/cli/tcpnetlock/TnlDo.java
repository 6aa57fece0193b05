package io.claviger.cli.tcpnetlock;

import io.claviger.cli.process.CannotRunException;
import io.claviger.cli.process.LockedCommand;
import io.claviger.cli.process.OneLine;
import io.claviger.cli.process.Signals;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * {@code tcpnetlock_do}: runs a command while it holds a lock, and ends with the command's status.
 *
 * <p>The lock is asked for first, the command looked for after; both before anything runs. A lost server ends the
 * command and everything it started; INT, TERM and HUP are passed on to the command, and the lock is held until the
 * command and what it started have ended. What cannot be handled is a KILL of this tool: the server frees the lock while
 * the command goes on.
 *
 * <table>
 *   <caption>Exit status</caption>
 *   <tr><td>the command's<td>it ended of its own accord; 128+n if signal n ended it
 *   <tr><td>2<td>wrong usage, invalid lock name, client id or port
 *   <tr><td>122<td>the lock was lost while the command ran
 *   <tr><td>123<td>not granted
 *   <tr><td>124<td>INT
 *   <tr><td>125<td>no connection to the server, or no answer from it
 *   <tr><td>126, 127<td>the command cannot be executed, was not found
 *   <tr><td>129, 143<td>HUP, TERM
 * </table>
 */
public final class TnlDo {
    private static final int NOT_GRANTED = 123;
    private static final int NO_SERVER = 125;

    private final DoOptions options;
    private final Optional<String> searchPath;
    private final Console console;
    private final BlockingQueue<Event> events;

    private TnlDo(DoOptions options, Optional<String> searchPath, Console console, BlockingQueue<Event> events) {
        this.options = options;
        this.searchPath = searchPath;
        this.console = console;
        this.events = events;
    }

    /** Runs the tool and ends the JVM with its status. */
    public static void main(String[] args) {
        BlockingQueue<Event> events = new LinkedBlockingQueue<>();
        int status;
        try {
            Signals.handle(kind -> events.add(new Event.Signalled(kind)));
            status = run(args, System.getenv(), System.out, System.err, events);
        } catch (InterruptedException | RuntimeException e) {
            System.err.println("ERROR: tcpnetlock_do failed: " + e);
            status = NO_SERVER;
        }
        System.exit(status);
    }

    /**
     * Runs the tool within the JVM. The command gets the streams of the JVM, not {@code out} and {@code err}.
     *
     * @param events where the tool takes its signals from; it adds what else happens to it
     * @return the exit status
     */
    static int run(
            String[] args,
            Map<String, String> environment,
            PrintStream out,
            PrintStream err,
            BlockingQueue<Event> events)
            throws InterruptedException {
        ArgParser parser = DoOptions.parser();
        DoOptions options;
        try {
            options = DoOptions.of(parser.parse(args), environment);
        } catch (UsageException e) {
            return e.report(out, err);
        }
        Console console = Console.of(err, "tcpnetlock.cli.tnl_do", parser);
        return new TnlDo(options, Optional.ofNullable(environment.get("PATH")), console, events).acquireAndRun();
    }

    private int acquireAndRun() throws InterruptedException {
        LockRequest request = new LockRequest(options.server(), options.lockName());
        for (long left = options.retries(); ; left--) {
            console.info("Connecting to " + options.server() + "...");
            request.sendInBackground(answer -> events.add(new Event.Answered(answer)));
            Event event = events.take();
            if (event instanceof Event.Signalled signalled) {
                // The end of the JVM closes the connection, should it come about meanwhile.
                return status(signalled.signal());
            }
            LockRequest.Answer answer = ((Event.Answered) event).answer();
            if (answer instanceof LockRequest.Granted granted) {
                return runHolding(granted.connection());
            }
            if (!(answer instanceof LockRequest.NotGranted refusal)) {
                return noServer(answer);
            }
            // An objection to the request itself will not go away.
            if (left == 0 || refusal.reason().isPresent()) {
                return notGranted(refusal);
            }
            console.info("Lock '" + options.lockName() + "' not granted. Still " + left
                    + " retries pending. Will retry in " + options.retryWait().toSeconds() + " seconds...");
            Event early = events.poll(options.retryWait().toSeconds(), TimeUnit.SECONDS);
            if (early instanceof Event.Signalled signalled) {
                return status(signalled.signal());
            }
        }
    }

    private int notGranted(LockRequest.NotGranted refusal) {
        refusal.reason()
                .ifPresentOrElse(
                        reason -> console.line("ERROR: lock '" + options.lockName() + "' not granted: " + reason),
                        () -> console.info("Lock '" + options.lockName() + "' not granted. Exiting..."));
        return NOT_GRANTED;
    }

    private int noServer(LockRequest.Answer answer) {
        String reason = "Connection refused";
        if (answer instanceof LockRequest.Unreachable unreachable) {
            reason = unreachable.reason();
        } else if (answer instanceof LockRequest.NoAnswer noAnswer) {
            reason = noAnswer.reason();
        }
        console.logError(reason + ". Server: " + options.server());
        return NO_SERVER;
    }

    private int runHolding(TextConnection connection) throws InterruptedException {
        try (HeldLock lock =
                HeldLock.watch(connection, options.keepAlive(), loss -> events.add(new Event.Lost(loss)))) {
            console.info("Lock '" + options.lockName() + "' was granted. Proceeding with command '"
                    + OneLine.of(options.command().toString()) + "'");
            CommandRun.Outcome outcome = runCommand();
            if (outcome.held()) {
                lock.release()
                        .ifPresent(problem -> console.line("WARNING: the release of the lock '" + options.lockName()
                                + "' was not confirmed: " + problem));
            }
            return outcome.status();
        }
    }

    private CommandRun.Outcome runCommand() throws InterruptedException {
        List<String> argv =
                options.shell() ? List.of("/bin/sh", "-c", options.command().get(0)) : options.command();
        try {
            LockedCommand.require(argv.get(0), searchPath);
            return start(argv);
        } catch (CannotRunException e) {
            console.line("ERROR: " + e.getMessage());
            return new CommandRun.Outcome(e.status(), true);
        }
    }

    private CommandRun.Outcome start(List<String> argv) throws CannotRunException, InterruptedException {
        // What happened while the lock was being asked for. A signal is still ours, as there is no command to get it.
        Event early = events.poll();
        if (early instanceof Event.Signalled signalled) {
            return new CommandRun.Outcome(status(signalled.signal()), true);
        }
        if (early instanceof Event.Lost lost) {
            console.line(CommandRun.lost(options.lockName(), lost.loss()) + ". The command was not run.");
            return new CommandRun.Outcome(CommandRun.SERVER_LOST, false);
        }
        return CommandRun.start(argv, options.lockName(), console, events).await();
    }

    private static int status(Signals.Kind signal) {
        return signal == Signals.Kind.INT ? CommandRun.INTERRUPTED : signal.status();
    }
}
