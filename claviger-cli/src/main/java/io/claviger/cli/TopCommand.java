package io.claviger.cli;

import io.claviger.UnavailableException;
import io.claviger.cli.Terminal.Size;
import io.claviger.cli.process.Signals;
import io.claviger.client.RemoteAdmin;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code claviger top}: what a server does, again and again. */
@Command(
        name = "top",
        customSynopsis = "claviger top [OPTION]...",
        description = {
            "Watch a server: its rates and its busiest locks, until q or Ctrl-C.",
            "Without a terminal the views are printed one after the other.",
            ""
        })
@SuppressWarnings({"UnusedVariable", "unused"}) // OptionSources reads the declarations, nobody the fields.
final class TopCommand extends AdminCommand {
    private static final Duration MIN_INTERVAL = Duration.ofMillis(100);

    /** What is printed where there is no terminal. */
    private static final Size PRINTED = new Size(24, 120);

    @Option(
            names = "--interval",
            defaultValue = "1s",
            paramLabel = "DURATION",
            description = "The time between two views (default: ${DEFAULT-VALUE}).")
    private @Nullable String interval;

    @Option(
            names = "--once",
            arity = OptionValue.FLAG_ARITY,
            preprocessor = AttachedFlag.class,
            fallbackValue = "true",
            paramLabel = OptionValue.TRUE_OR_FALSE,
            description = "Print one view, with the rates of one interval, and end.")
    private @Nullable String once;

    @Mixin
    private final ConnectionOptions connection = new ConnectionOptions();

    /** What wakes the view up before its time. The status is what to end with; empty = look anew. */
    record Wake(Optional<Integer> status) {
        static final Wake LOOK = new Wake(Optional.empty());
        static final Wake QUIT = new Wake(Optional.of(0));

        static Wake of(Signals.Kind signal) {
            // Ctrl-C is as good a way to leave as q.
            return signal == Signals.Kind.INT ? QUIT : new Wake(Optional.of(signal.status()));
        }
    }

    TopCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    int run(OptionSources sources) throws InterruptedException {
        OptionValue value = sources.require("interval");
        Duration time = value.duration();
        if (time.compareTo(MIN_INTERVAL) < 0) {
            throw value.bad("is too often; the shortest interval is " + Durations.format(MIN_INTERVAL));
        }
        Optional<Size> terminal = Terminal.size(surroundings.environment());
        BlockingQueue<Wake> wakes = new LinkedBlockingQueue<>();
        try (RemoteAdmin admin = open(sources)) {
            TopView view = new TopView(admin);
            surroundings.signals().accept(signal -> end(Wake.of(signal), wakes, admin));
            if (isSet(sources, "once")) {
                view.look();
                Optional<Integer> signalled = await(wakes, time);
                view.look();
                print(view.lines(terminal.map(TopCommand::withPrompt).orElse(PRINTED)));
                return signalled.orElse(0);
            }
            return terminal.isPresent() ? onScreen(view, admin, wakes, time) : printed(view, wakes, time);
        }
    }

    /** Ends even a look that waits for an answer. */
    private static void end(Wake wake, BlockingQueue<Wake> wakes, RemoteAdmin admin) {
        wakes.add(wake);
        if (wake.status().isPresent()) {
            admin.close();
        }
    }

    private int onScreen(TopView view, RemoteAdmin admin, BlockingQueue<Wake> wakes, Duration time)
            throws InterruptedException {
        boolean coloured =
                surroundings.environment().getOrDefault("NO_COLOR", "").isEmpty()
                        && !"dumb".equals(surroundings.environment().get("TERM"));
        try (TopScreen screen = new TopScreen(out(), coloured, wake -> end(wake, wakes, admin))) {
            while (true) {
                look(view);
                screen.show(view, Terminal.size(surroundings.environment()).orElse(PRINTED));
                Optional<Integer> status = await(wakes, time);
                if (status.isPresent()) {
                    return status.get();
                }
            }
        }
    }

    private int printed(TopView view, BlockingQueue<Wake> wakes, Duration time) throws InterruptedException {
        look(view);
        while (true) {
            Optional<Integer> status = await(wakes, time);
            if (status.isPresent()) {
                return status.get();
            }
            look(view);
            print(view.lines(PRINTED));
            out().println();
            if (out().checkError()) {
                return 0;
            }
        }
    }

    /** A server that is away may come back, so the view stays and says so. */
    private static void look(TopView view) {
        try {
            view.look();
        } catch (UnavailableException away) {
            view.away(String.valueOf(away.getMessage()));
        }
    }

    private static Optional<Integer> await(BlockingQueue<Wake> wakes, Duration time) throws InterruptedException {
        Wake wake = wakes.poll(time.toMillis(), TimeUnit.MILLISECONDS);
        return wake == null ? Optional.empty() : wake.status();
    }

    private static Size withPrompt(Size size) {
        return new Size(size.rows() - 1, size.columns());
    }

    private void print(List<String> lines) {
        lines.forEach(out()::println);
        out().flush();
    }
}
