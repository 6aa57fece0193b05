package io.claviger.cli;

import io.claviger.dynamodb.DynamoTables;
import io.claviger.dynamodb.TableEntry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code claviger table delete}: deletes a table of ours, if asked twice. */
@Command(
        name = "delete",
        customSynopsis = "claviger table delete [OPTION]... TABLE",
        description = {"Delete a table with all locks and values in it, and wait until it is gone.", ""})
@SuppressWarnings({"UnusedVariable", "unused"}) // OptionSources reads the declarations, nobody the fields.
final class TableDeleteCommand extends TableAction {
    @Option(
            names = "--yes",
            arity = OptionValue.FLAG_ARITY,
            preprocessor = AttachedFlag.class,
            fallbackValue = "true",
            paramLabel = OptionValue.TRUE_OR_FALSE,
            description = "Do not ask. On the command line only.")
    private @Nullable String yes;

    @Option(
            names = "--any",
            arity = OptionValue.FLAG_ARITY,
            preprocessor = AttachedFlag.class,
            fallbackValue = "true",
            paramLabel = OptionValue.TRUE_OR_FALSE,
            description = "Delete it even if it has no tag of Claviger's or lynk's. On the command line only.")
    private @Nullable String any;

    @Mixin
    private final TableServiceOptions service = new TableServiceOptions();

    @Parameters(arity = "0..*", paramLabel = "TABLE", description = "The table's name.")
    private List<String> names = List.of();

    TableDeleteCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    int run(OptionSources sources) {
        String name = oneTable(names, "delete");
        boolean asks = !isSetHere(sources, "yes");
        if (asks && !Terminal.isInput()) {
            throw new BadOptionException("standard input is no terminal, so nobody can be asked whether to delete the "
                    + "table '" + name + "'; --yes deletes it without asking");
        }
        try (DynamoTables tables = tables(sources)) {
            Optional<TableEntry> table = tables.find(name);
            if (table.isEmpty()) {
                complain("there is no table '" + name + "'");
                return NOTHING;
            }
            Optional<String> refusal = refusal(table.get(), isSetHere(sources, "any"));
            if (refusal.isPresent()) {
                complain(refusal.get());
                return NOTHING;
            }
            if (asks && !agrees(name)) {
                complain("the table '" + name + "' was not deleted");
                return NOTHING;
            }
            tables.delete(name);
            out().println("deleted table " + name);
            return 0;
        }
    }

    private static Optional<String> refusal(TableEntry table, boolean any) {
        String named = "the table '" + table.name() + "'";
        if (table.guarded()) {
            return Optional.of(named + " is protected against deletion; switch that off first, with aws dynamodb "
                    + "update-table --table-name " + table.name() + " --no-deletion-protection-enabled");
        }
        if (any || table.layout().isPresent()) {
            return Optional.empty();
        }
        String why = switch (table.tags()) {
            case READ -> " has no tag of Claviger's or lynk's";
            case DENIED -> " may have a tag of ours or not: its tags may not be read (dynamodb:ListTagsOfResource)";
            case UNSUPPORTED -> " has no tags, as this service has none";
        };
        return Optional.of(named + why + ", so it may hold other things than locks; --any deletes it nevertheless");
    }

    private boolean agrees(String name) {
        err().print("Delete the table '" + name + "' and all that is in it? [y/N] ");
        err().flush();
        try {
            String answer = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
            return answer != null && answer.strip().matches("(?i)y|yes");
        } catch (IOException e) {
            // Nobody said yes.
            return false;
        }
    }
}
