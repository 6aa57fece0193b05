package io.claviger.cli;

import io.claviger.Entry;
import io.claviger.KeyValueStore;
import io.claviger.cli.Table.Align;
import io.claviger.cli.Table.Column;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code claviger kv list}: the records, in the order of their keys. */
@Command(
        name = "list",
        customSynopsis = "claviger kv list [OPTION]... [PREFIX]",
        description = {"List the records, in the order of their keys.", ""})
@SuppressWarnings({"UnusedVariable", "unused"}) // OptionSources reads the declarations, nobody the fields.
final class KvListCommand extends StoreCommand {
    private static final int LONGEST_SHOWN = 60;
    private static final List<Column> COLUMNS = List.of(
            new Column("KEY", Align.CUT),
            new Column("VERSION", Align.RIGHT),
            new Column("BYTES", Align.RIGHT),
            new Column("ENDS IN", Align.RIGHT),
            new Column("VALUE", Align.CUT));

    @Mixin
    private final JsonOption json = new JsonOption();

    @Mixin
    private final ConnectionOptions connection = new ConnectionOptions();

    @Parameters(arity = "0..*", paramLabel = "PREFIX", description = "Only keys that begin so.")
    private List<String> arguments = List.of();

    KvListCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    Work work(OptionSources sources) {
        String prefix = arguments.isEmpty()
                ? ""
                : StoreArguments.prefix(
                        StoreArguments.exactly(arguments, 1, "list [PREFIX]").get(0));
        return AdminCommand.isJson(sources) ? store -> printJson(store, prefix) : store -> print(store, prefix);
    }

    private int printJson(KeyValueStore store, String prefix) {
        JsonWriter document = new JsonWriter(out());
        document.beginObject().name("records").beginArray();
        for (Entry entry : store.entries(prefix)) {
            StoreJson.entry(document, entry);
        }
        document.endArray().endObject().endDocument();
        return 0;
    }

    private int print(KeyValueStore store, String prefix) {
        Table table = new Table(COLUMNS, Terminal.columns(surroundings.environment()));
        for (Entry entry : store.entries(prefix)) {
            table.add(out(), row(entry));
        }
        if (!table.finish(out())) {
            complain("there is no record"
                    + (prefix.isEmpty() ? "" : " whose key begins with " + LockWords.quoted(prefix)));
        }
        return 0;
    }

    private static List<String> row(Entry entry) {
        String text = StoreJson.text(entry.value());
        return List.of(
                entry.key(),
                Long.toString(entry.version()),
                LockWords.number(entry.value().length()),
                entry.timeLeft().map(LockWords::age).orElse("-"),
                text == null ? "(no text)" : Printed.cut(Printed.of(text), LONGEST_SHOWN));
    }
}
