package io.claviger.cli;

import io.claviger.client.RemoteAdmin;
import io.claviger.client.RemoteAdmin.Claim;
import io.claviger.client.RemoteAdmin.Lock;
import io.claviger.client.RemoteAdmin.Report;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code claviger show}: one name with all who hold it and all who wait. */
@Command(
        name = "show",
        customSynopsis = "claviger show [OPTION]... NAME",
        description = {"Show a lock: who holds it, with tokens and leases, and the queue.", ""})
@SuppressWarnings({"UnusedVariable", "unused"}) // OptionSources reads the declarations, nobody the fields.
final class ShowCommand extends AdminCommand {
    @Mixin
    private final JsonOption json = new JsonOption();

    @Mixin
    private final ConnectionOptions connection = new ConnectionOptions();

    @Parameters(arity = "0..*", paramLabel = "NAME", description = "The lock's name.")
    private List<String> names = List.of();

    ShowCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    int run(OptionSources sources) {
        String name = oneName(names, "show");
        try (RemoteAdmin admin = open(sources)) {
            Optional<Report> report = admin.lock(name);
            if (isJson(sources)) {
                JsonWriter document = new JsonWriter(out());
                report.ifPresentOrElse(
                        found -> AdminJson.report(document, found), () -> AdminJson.free(document, name));
            } else {
                report.ifPresentOrElse(
                        found -> print(out(), found), () -> out().println(LockWords.quoted(name) + " is free"));
            }
            return 0;
        }
    }

    private static void print(PrintWriter out, Report report) {
        Lock lock = report.lock();
        out.println(LockWords.quoted(lock.name()) + ", a " + LockWords.kind(lock) + ": " + permits(lock));
        out.println();
        out.println(
                lock.holders().isEmpty()
                        ? "nobody holds it"
                        : "held by " + LockWords.counted(lock.holders().size(), "grant"));
        lock.holders().forEach(holder -> {
            out.println("  " + Printed.of(LockWords.label(holder)));
            out.println("      " + held(lock, holder));
        });
        out.println();
        out.println(
                lock.waiting() == 0 ? "nobody waits" : "waited for by " + LockWords.counted(lock.waiting(), "request"));
        List<Claim> waiters = lock.waiters();
        for (int i = 0; i < waiters.size(); i++) {
            Claim waiter = waiters.get(i);
            out.println("  " + (i + 1) + ". " + Printed.of(LockWords.label(waiter)));
            out.println("      for " + LockWords.age(waiter.age()) + wanted(lock, waiter) + actor(waiter) + ", session "
                    + AdminJson.id(waiter.session()));
        }
        if (lock.waiting() > waiters.size()) {
            out.println("  … and " + LockWords.number(lock.waiting() - waiters.size()) + " more");
        }
        WhyCommand.cycle(report).ifPresent(line -> out.printf("%n%s%n", line));
    }

    private static String permits(Lock lock) {
        if (LockWords.isReaderWriter(lock)) {
            return "held by " + LockWords.held(lock);
        }
        return lock.capacity() - lock.available() + " of " + LockWords.counted(lock.capacity(), "permit") + " held, "
                + lock.available() + " free";
    }

    private static String held(Lock lock, Claim holder) {
        return "token " + LockWords.token(holder)
                + wanted(lock, holder)
                + ", held for " + LockWords.age(holder.age())
                + holder.leaseLeft()
                        .map(left -> ", lease left " + LockWords.age(left))
                        .orElse(", no lease")
                + (holder.revoked() ? ", TAKEN BACK by an administrator, not confirmed yet" : "")
                + actor(holder)
                + (holder.parked() ? "" : ", session " + AdminJson.id(holder.session()));
    }

    private static String wanted(Lock lock, Claim claim) {
        if (LockWords.isReaderWriter(lock)) {
            return LockWords.isWriter(claim) ? ", as writer" : ", as reader";
        }
        return lock.capacity() == 1 ? "" : ", " + LockWords.counted(claim.permits(), "permit");
    }

    private static String actor(Claim claim) {
        return claim.actor().map(actor -> ", actor " + LockWords.quoted(actor)).orElse("");
    }
}
