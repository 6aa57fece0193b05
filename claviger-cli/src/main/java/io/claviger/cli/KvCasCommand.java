package io.claviger.cli;

import io.claviger.KeyValueStore;
import io.claviger.PutOptions;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code claviger kv cas}: writes a record if nobody has since. */
@Command(
        name = "cas",
        customSynopsis = "claviger kv cas [OPTION]... KEY VERSION VALUE",
        description = {
            "Write a record if it has the expected version (compare and set), and print its new version. With version 0 it is"
                    + " created, if there is none.",
            ""
        })
@SuppressWarnings({"UnusedVariable", "unused"}) // OptionSources reads the declarations, nobody the fields.
final class KvCasCommand extends StoreCommand {
    @Mixin
    private final StoreConditions conditions = new StoreConditions();

    @Mixin
    private final StoreConditions.Life life = new StoreConditions.Life();

    @Mixin
    private final JsonOption json = new JsonOption();

    @Mixin
    private final ConnectionOptions connection = new ConnectionOptions();

    @Parameters(
            arity = "0..*",
            paramLabel = "KEY VERSION VALUE",
            description =
                    "The record's key, the version that it must have, as 'claviger kv get --json' tells it, and its"
                            + " value; - is what standard input has.")
    private List<String> arguments = List.of();

    KvCasCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    Work work(OptionSources sources) {
        StoreArguments.exactly(arguments, 3, "cas KEY VERSION VALUE");
        String key = StoreArguments.key(arguments.get(0));
        long expected = StoreArguments.version(arguments.get(1), "VERSION");
        PutOptions options = StoreArguments.putOptions(sources);
        UnaryOperator<KeyValueStore> guarded = StoreArguments.ifHolding(sources);
        StoreWriter writer = new StoreWriter(this, AdminCommand.isJson(sources));
        var value = StoreArguments.value(arguments.get(2), surroundings.in());
        return store -> writer.write(guarded.apply(store), key, value, OptionalLong.of(expected), options);
    }
}
