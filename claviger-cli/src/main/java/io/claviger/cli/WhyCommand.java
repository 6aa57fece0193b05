package io.claviger.cli;

import io.claviger.client.RemoteAdmin;
import io.claviger.client.RemoteAdmin.Claim;
import io.claviger.client.RemoteAdmin.Lock;
import io.claviger.client.RemoteAdmin.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code claviger why}: says in sentences why a lock cannot be had. */
@Command(
        name = "why",
        customSynopsis = "claviger why [OPTION]... NAME",
        description = {"Say why a lock cannot be had now: who holds it, since when, who waits, and for how long.", ""})
@SuppressWarnings({"UnusedVariable", "unused"}) // OptionSources reads the declarations, nobody the fields.
final class WhyCommand extends AdminCommand {
    private static final int MAX_TOLD = 10;

    @Mixin
    private final JsonOption json = new JsonOption();

    @Mixin
    private final ConnectionOptions connection = new ConnectionOptions();

    @Parameters(arity = "0..*", paramLabel = "NAME", description = "The lock's name.")
    private List<String> names = List.of();

    WhyCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    int run(OptionSources sources) {
        String name = oneName(names, "why");
        try (RemoteAdmin admin = open(sources)) {
            Optional<Report> report = admin.lock(name);
            if (isJson(sources)) {
                JsonWriter document = new JsonWriter(out());
                report.ifPresentOrElse(
                        found -> AdminJson.report(document, found), () -> AdminJson.free(document, name));
            } else {
                report.map(WhyCommand::sentences)
                        .orElse(List.of(LockWords.quoted(name) + " is free: nobody holds it or waits for it."))
                        .forEach(out()::println);
            }
            return 0;
        }
    }

    static List<String> sentences(Report report) {
        Lock lock = report.lock();
        List<String> lines = new ArrayList<>();
        lines.add(summary(lock));
        lock.holders().stream().limit(MAX_TOLD).forEach(holder -> lines.add("  " + holder(lock, holder)));
        if (lock.holders().size() > MAX_TOLD) {
            lines.add("  … and " + LockWords.number(lock.holders().size() - MAX_TOLD) + " more");
        }
        lines.add(queue(lock));
        if (lock.holders().stream().anyMatch(Claim::revoked)) {
            lines.add(
                    "An administrator took it back: it passes on when its holder confirms that it stopped, or when its"
                            + " validity has ended.");
        }
        cycle(report).ifPresent(lines::add);
        return lines;
    }

    /** The circle in which those who wait seem to wait for each other. */
    static Optional<String> cycle(Report report) {
        if (report.suspectedCycle().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of("This looks like a deadlock: "
                + report.suspectedCycle().stream()
                        .map(wait -> LockWords.process(wait.who()) + " waits for " + LockWords.quoted(wait.name()))
                        .collect(Collectors.joining("; "))
                + ".");
    }

    private static String summary(Lock lock) {
        String name = LockWords.quoted(lock.name());
        if (lock.holders().isEmpty()) {
            return "Nobody holds " + name + " now.";
        }
        if (LockWords.isReaderWriter(lock)) {
            boolean writer = LockWords.isWriter(lock.holders().get(0));
            return name + " is held by "
                    + (writer
                            ? "a writer, so neither readers nor writers get in:"
                            : LockWords.counted(lock.holders().size(), "reader") + ", so "
                                    + (lock.waiting() == 0
                                            ? "only writers have to wait:"
                                            : "a writer has to wait, and whoever comes after it:"));
        }
        if (lock.capacity() == 1) {
            return name + " is held by";
        }
        return LockWords.number(lock.capacity() - lock.available()) + " of the "
                + LockWords.counted(lock.capacity(), "permit") + " of " + name + " are held, "
                + (lock.available() == 0 ? "none is free:" : LockWords.number(lock.available()) + " free:");
    }

    private static String holder(Lock lock, Claim holder) {
        boolean counts = lock.capacity() != 1 && !LockWords.isReaderWriter(lock);
        return (holder.parked()
                        ? "nobody: its holder handed it off, and it is not adopted yet"
                        : LockWords.process(holder.label()))
                + (counts ? " with " + LockWords.counted(holder.permits(), "permit") : "")
                + holder.actor().map(actor -> " for " + LockWords.quoted(actor)).orElse("")
                + ", for " + LockWords.age(holder.age()) + "; "
                + holder.leaseLeft()
                        .map(left -> "its lease has " + LockWords.age(left) + " left unless it is renewed")
                        .orElse("it has no lease and ends with its session")
                + " (token " + LockWords.token(holder) + ").";
    }

    private static String queue(Lock lock) {
        if (lock.waiting() == 0) {
            return "Nobody waits for it, so the next request would be the first in the queue.";
        }
        Claim first = lock.waiters().get(0);
        String wants = lock.capacity() == 1
                ? ""
                : LockWords.isReaderWriter(lock)
                        ? ", as " + (LockWords.isWriter(first) ? "writer" : "reader")
                        : ", for " + LockWords.counted(first.permits(), "permit");
        return LockWords.counted(lock.waiting(), "request") + (lock.waiting() == 1 ? " waits" : " wait")
                + ", so the next one would be number " + LockWords.number(lock.waiting() + 1L)
                + ". The longest wait is "
                + LockWords.age(first.age()) + ", of " + LockWords.process(first.label()) + wants + ".";
    }
}
