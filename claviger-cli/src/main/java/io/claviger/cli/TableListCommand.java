package io.claviger.cli;

import io.claviger.cli.Table.Align;
import io.claviger.cli.Table.Column;
import io.claviger.dynamodb.DynamoTables;
import io.claviger.dynamodb.TableEntry;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code claviger table list}: the tables that are tagged as ours. */
@Command(
        name = "list",
        customSynopsis = "claviger table list [OPTION]...",
        description = {"List the tables that have a tag of Claviger's or lynk's.", ""})
@SuppressWarnings({"UnusedVariable", "unused"}) // OptionSources reads the declarations, nobody the fields.
final class TableListCommand extends TableAction {
    private static final List<Column> COLUMNS = List.of(
            new Column("TABLE", Align.CUT),
            new Column("LAYOUT", Align.LEFT),
            new Column("STATUS", Align.LEFT),
            new Column("PROTECTED", Align.LEFT),
            new Column("KEY", Align.CUT));

    @Option(
            names = "--all",
            arity = OptionValue.FLAG_ARITY,
            preprocessor = AttachedFlag.class,
            fallbackValue = "true",
            paramLabel = OptionValue.TRUE_OR_FALSE,
            description = "List the tables without such a tag as well.")
    private @Nullable String all;

    @Mixin
    private final JsonOption json = new JsonOption();

    @Mixin
    private final TableServiceOptions service = new TableServiceOptions();

    TableListCommand(Surroundings surroundings) {
        super(surroundings);
    }

    /** What was left out of a listing. */
    private static final class LeftOut {
        private int untagged;
        private int unread;

        void count(TableEntry entry) {
            if (entry.tags() == TableEntry.Tags.READ) {
                untagged++;
            } else {
                unread++;
            }
        }
    }

    @Override
    int run(OptionSources sources) {
        boolean listAll = isSet(sources, "all");
        LeftOut leftOut = new LeftOut();
        try (DynamoTables tables = tables(sources)) {
            if (isJson(sources)) {
                JsonWriter document = new JsonWriter(out());
                document.beginObject().name("tables").beginArray();
                list(tables, listAll, entry -> json(document, entry), leftOut);
                document.endArray().endObject().endDocument();
            } else {
                Table table = new Table(COLUMNS, columns());
                list(tables, listAll, entry -> table.add(out(), row(entry)), leftOut);
                if (!table.finish(out())) {
                    complain("there is no table" + (listAll ? "" : " with a tag of ours"));
                }
            }
        }
        tell(leftOut);
        return 0;
    }

    private static void list(DynamoTables tables, boolean all, Consumer<TableEntry> print, LeftOut leftOut) {
        tables.forEach(entry -> {
            if (all || entry.layout().isPresent()) {
                print.accept(entry);
            } else {
                leftOut.count(entry);
            }
        });
    }

    private void tell(LeftOut leftOut) {
        out().flush();
        if (leftOut.unread > 0) {
            complain("the tags of " + LockWords.counted(leftOut.unread, "table")
                    + " could not be read, for want of the permissions dynamodb:DescribeTable and "
                    + "dynamodb:ListTagsOfResource or since this service has no tags; --all lists every table");
        } else if (leftOut.untagged > 0) {
            complain(LockWords.counted(leftOut.untagged, "table") + " without a tag of ours "
                    + (leftOut.untagged == 1 ? "is" : "are") + " not shown; --all lists every table");
        }
    }

    private static List<String> row(TableEntry entry) {
        boolean hidden = entry.status().isEmpty();
        return List.of(
                entry.name(),
                shown(entry.layout()),
                hidden ? "-" : entry.status(),
                hidden ? "-" : entry.guarded() ? "yes" : "no",
                hidden ? "-" : entry.key());
    }

    /** The names of the fields are a promise, see {@link AdminJson}. */
    private static void json(JsonWriter document, TableEntry entry) {
        document.beginObject()
                .field("name", entry.name())
                .field("layout", entry.layout().map(TableAction::word).orElse(null))
                .field("status", orNull(entry.status()))
                .field("deletion_protection", entry.guarded())
                .field("key", orNull(entry.key()))
                .field("tags_read", entry.tags() == TableEntry.Tags.READ)
                .endObject();
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
