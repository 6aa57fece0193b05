package io.claviger.cli;

import io.claviger.Entry;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code claviger kv get}: the bytes of a value, as they are. */
@Command(
        name = "get",
        customSynopsis = "claviger kv get [OPTION]... KEY",
        description = {
            "Print the value of a record, byte for byte and without a line end of its own. With --json, also its version and"
                    + " when it ends.",
            ""
        })
@SuppressWarnings({"UnusedVariable", "unused"}) // OptionSources reads the declarations, nobody the fields.
final class KvGetCommand extends StoreCommand {
    /** So the system calls a pipe whose reader has seen enough, as {@code head} has. */
    private static final String NOBODY_READS = "Broken pipe";

    @Mixin
    private final JsonOption json = new JsonOption();

    @Mixin
    private final ConnectionOptions connection = new ConnectionOptions();

    @Parameters(arity = "0..*", paramLabel = "KEY", description = "The record's key.")
    private List<String> arguments = List.of();

    KvGetCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    Work work(OptionSources sources) {
        String key = StoreArguments.key(
                StoreArguments.exactly(arguments, 1, "get KEY").get(0));
        boolean document = AdminCommand.isJson(sources);
        return store -> store.get(key)
                .map(entry -> document ? printJson(entry) : print(entry))
                .orElseGet(() -> absent(key));
    }

    private int printJson(Entry entry) {
        JsonWriter document = new JsonWriter(out());
        StoreJson.entry(document, entry);
        document.endDocument();
        return 0;
    }

    private int print(Entry entry) {
        try {
            surroundings.out().write(entry.value().asBytes());
            surroundings.out().flush();
            return 0;
        } catch (IOException e) {
            String why = String.valueOf(e.getMessage());
            if (why.contains(NOBODY_READS)) {
                throw new Table.OutputClosedException();
            }
            complain("the value cannot be written to standard output: " + Printed.of(why));
            return Statuses.NO_SERVER;
        }
    }
}
