package io.claviger.cli;

import io.claviger.cli.Table.Align;
import io.claviger.cli.Table.Column;
import io.claviger.client.RemoteAdmin;
import io.claviger.client.RemoteAdmin.Lock;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code claviger ls}: the names in use. */
@Command(
        name = "ls",
        customSynopsis = "claviger ls [OPTION]... [PREFIX]",
        description = {"List the locks that are held or waited for.", ""})
@SuppressWarnings({"UnusedVariable", "unused"}) // OptionSources reads the declarations, nobody the fields.
final class LsCommand extends AdminCommand {
    private static final List<Column> COLUMNS = List.of(
            new Column("NAME", Align.CUT),
            new Column("HELD", Align.LEFT),
            new Column("WAITING", Align.RIGHT),
            new Column("HOLDER", Align.CUT),
            new Column("SINCE", Align.RIGHT),
            new Column("LEASE LEFT", Align.RIGHT),
            new Column("TOKEN", Align.RIGHT));

    @Mixin
    private final JsonOption json = new JsonOption();

    @Mixin
    private final ConnectionOptions connection = new ConnectionOptions();

    @Parameters(arity = "0..1", paramLabel = "PREFIX", description = "Only names that begin so.")
    private String prefix = "";

    LsCommand(Surroundings surroundings) {
        super(surroundings);
    }

    /** A table of locks for a terminal of so many columns. */
    static Table table(int columns) {
        return new Table(COLUMNS, columns);
    }

    static List<String> row(Lock lock) {
        return List.of(
                lock.name(),
                LockWords.held(lock),
                LockWords.number(lock.waiting()),
                LockWords.holder(lock),
                LockWords.since(lock),
                LockWords.leaseLeft(lock),
                LockWords.token(lock));
    }

    @Override
    int run(OptionSources sources) {
        try (RemoteAdmin admin = open(sources)) {
            if (isJson(sources)) {
                JsonWriter document = new JsonWriter(out());
                document.beginObject().name("locks").beginArray();
                admin.forEachLock(prefix, lock -> AdminJson.lock(document, lock));
                document.endArray().endObject().endDocument();
                return 0;
            }
            Table table = table(columns());
            admin.forEachLock(prefix, lock -> table.add(out(), row(lock)));
            if (!table.finish(out())) {
                complain("no lock is in use"
                        + (prefix.isEmpty() ? "" : " whose name begins with " + LockWords.quoted(prefix)));
            }
            return 0;
        }
    }
}
