package io.claviger.cli;

import io.claviger.dynamodb.DynamoTables;
import io.claviger.dynamodb.TableCreation;
import io.claviger.dynamodb.TableOptions;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code claviger table create}: sees to it that there is a table for locks. */
@Command(
        name = "create",
        customSynopsis = "claviger table create [OPTION]... TABLE",
        description = {
            "Make a table for locks, billed by the request, and wait until it can be used.",
            "If there is one already that fits, it gets the tag and the settings that it lacks.",
            ""
        })
@SuppressWarnings({"UnusedVariable", "unused"}) // OptionSources reads the declarations, nobody the fields.
final class TableCreateCommand extends TableAction {
    @Option(
            names = "--layout",
            defaultValue = "native",
            paramLabel = "LAYOUT",
            description = "Who is to use it: native for Claviger alone, lynk or dynalock to share it with clients of "
                    + "those (default: ${DEFAULT-VALUE}).")
    private @Nullable String layout;

    @Option(
            names = "--point-in-time-recovery",
            arity = OptionValue.FLAG_ARITY,
            preprocessor = AttachedFlag.class,
            fallbackValue = "true",
            paramLabel = OptionValue.TRUE_OR_FALSE,
            description = "Keep every change for a while, so that the table can be restored. Costs by size.")
    private @Nullable String pointInTimeRecovery;

    @Option(
            names = "--deletion-protection",
            arity = OptionValue.FLAG_ARITY,
            preprocessor = AttachedFlag.class,
            fallbackValue = "true",
            paramLabel = OptionValue.TRUE_OR_FALSE,
            description = "Have DynamoDB refuse to delete the table, until that is switched off.")
    private @Nullable String deletionProtection;

    @Mixin
    private final TableServiceOptions service = new TableServiceOptions();

    @Parameters(arity = "0..*", paramLabel = "TABLE", description = "The table's name.")
    private List<String> names = List.of();

    TableCreateCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    int run(OptionSources sources) {
        String name = oneTable(names, "create");
        TableOptions options = options(sources);
        String layout = word(options.layout());
        try (DynamoTables tables = tables(sources)) {
            TableCreation outcome = tables.create(name, options);
            if (outcome instanceof TableCreation.Unfit unfit) {
                complain(Printed.of(unfit.reason()));
                return NOTHING;
            }
            if (outcome instanceof TableCreation.Existed existed) {
                String added = existed.added().isEmpty() ? "" : "; it has now " + String.join(", ", existed.added());
                out().println("table " + name + " exists already, layout " + layout + added);
                tell(existed.shortcomings());
            } else {
                out().println("created table " + name + ", layout " + layout);
                tell(((TableCreation.Created) outcome).shortcomings());
            }
            return 0;
        }
    }

    private static TableOptions options(OptionSources sources) {
        TableOptions options = TableOptions.of(layout(sources.require("layout")));
        if (isSet(sources, "point-in-time-recovery")) {
            options = options.withPointInTimeRecovery();
        }
        return isSet(sources, "deletion-protection") ? options.withDeletionProtection() : options;
    }

    private void tell(List<String> shortcomings) {
        out().flush();
        shortcomings.forEach(line -> complain("WARNING: " + Printed.of(line)));
    }
}
