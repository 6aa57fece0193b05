package io.claviger.cli.tcpnetlock;

import io.claviger.cli.process.OneLine;
import io.claviger.cli.process.Signals;
import java.io.PrintStream;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * {@code tcpnetlock_client}: takes a lock, prints {@code ok} and holds the lock until a signal ends it or the server is
 * lost. After a signal the lock is released before the tool ends.
 *
 * <table>
 *   <caption>Exit status</caption>
 *   <tr><td>2<td>wrong usage, invalid client id or port; connection refused
 *   <tr><td>3<td>no connection for another reason
 *   <tr><td>4<td>invalid lock name, unexpected answer, INT
 *   <tr><td>122<td>the server was lost
 *   <tr><td>123<td>not granted
 *   <tr><td>129, 143<td>HUP, TERM
 * </table>
 */
public final class TnlClient {
    private static final int CONNECTION_REFUSED = 2;
    private static final int CONNECTION_FAILED = 3;
    private static final int UNEXPECTED = 4;
    private static final int SERVER_LOST = 122;
    private static final int NOT_GRANTED = 123;

    private final ClientOptions options;
    private final PrintStream out;
    private final Console console;
    private final BlockingQueue<Event> events;

    private TnlClient(ClientOptions options, PrintStream out, Console console, BlockingQueue<Event> events) {
        this.options = options;
        this.out = out;
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
            System.err.println("ERROR: tcpnetlock_client failed: " + e);
            status = UNEXPECTED;
        }
        System.exit(status);
    }

    /**
     * Runs the tool within the JVM.
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
        ArgParser parser = ClientOptions.parser();
        ClientOptions options;
        try {
            options = ClientOptions.of(parser.parse(args), environment);
        } catch (UsageException e) {
            return e.report(out, err);
        }
        Console console = Console.of(err, "tcpnetlock.cli.tnl_client", parser);
        if (!Names.isLockName(options.lockName())) {
            console.line("Lock name is invalid: '" + OneLine.of(options.lockName()) + "'");
            return UNEXPECTED;
        }
        return new TnlClient(options, out, console, events).acquireAndHold();
    }

    /** The original's words for a server that went away, without the end of the sentence's line. */
    static String disconnected(String lockName) {
        return "ERROR: Unexpected disconnection while holding the lock '" + lockName + "'. Server was killed?";
    }

    private int acquireAndHold() throws InterruptedException {
        console.info("Connecting to " + options.server() + "...");
        new LockRequest(options.server(), options.lockName())
                .sendInBackground(answer -> events.add(new Event.Answered(answer)));
        Event event = events.take();
        if (event instanceof Event.Signalled signalled) {
            // The end of the JVM closes the connection, should it come about meanwhile.
            return signalled(signalled.signal());
        }
        LockRequest.Answer answer = ((Event.Answered) event).answer();
        if (answer instanceof LockRequest.Granted granted) {
            return hold(granted.connection());
        }
        return failed(answer);
    }

    private int failed(LockRequest.Answer answer) {
        if (answer instanceof LockRequest.NotGranted refusal) {
            console.line("ERROR: lock '" + options.lockName() + "' not granted by server"
                    + refusal.reason().map(reason -> ": " + reason).orElse(""));
            return NOT_GRANTED;
        }
        if (answer instanceof LockRequest.Unreachable unreachable) {
            console.line(unreachable.reason() + ". Server: " + options.server());
            return CONNECTION_FAILED;
        }
        if (answer instanceof LockRequest.NoAnswer noAnswer) {
            console.line("ERROR: " + noAnswer.reason() + ". Server: " + options.server());
            return UNEXPECTED;
        }
        console.line("[Errno 111] Connection refused. Server: " + options.server());
        return CONNECTION_REFUSED;
    }

    private int hold(TextConnection connection) throws InterruptedException {
        try (HeldLock lock =
                HeldLock.watch(connection, options.keepAlive(), loss -> events.add(new Event.Lost(loss)))) {
            out.println("ok");
            out.flush();
            while (true) {
                Event event = events.take();
                if (event instanceof Event.Signalled signalled) {
                    lock.release()
                            .ifPresent(problem -> console.line("WARNING: the release of the lock '" + options.lockName()
                                    + "' was not confirmed: " + problem));
                    return signalled(signalled.signal());
                }
                if (event instanceof Event.Lost lost) {
                    return lost(lost.loss());
                }
            }
        }
    }

    private int lost(HeldLock.Loss loss) {
        if (loss instanceof HeldLock.Disconnected) {
            console.debug(loss.reason());
            console.line(disconnected(options.lockName()));
            return SERVER_LOST;
        }
        console.line("ERROR: lost the lock '" + options.lockName() + "': " + loss.reason());
        return UNEXPECTED;
    }

    private int signalled(Signals.Kind signal) {
        if (signal != Signals.Kind.INT) {
            return signal.status();
        }
        console.line("Interrupted");
        return UNEXPECTED;
    }
}
