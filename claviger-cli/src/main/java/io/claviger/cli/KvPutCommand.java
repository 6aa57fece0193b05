package io.claviger.cli;

import io.claviger.KeyValueStore;
import io.claviger.PutOptions;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code claviger kv put}: writes a record. */
@Command(
        name = "put",
        customSynopsis = "claviger kv put [OPTION]... KEY VALUE",
        description = {"Write a record, whatever stood there, and print its new version.", ""})
@SuppressWarnings({"UnusedVariable", "unused"}) // OptionSources reads the declarations, nobody the fields.
final class KvPutCommand extends StoreCommand {
    @Mixin
    private final StoreConditions.OnVersion onVersion = new StoreConditions.OnVersion();

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
            paramLabel = "KEY VALUE",
            description =
                    "The record's key, and its value, up to 384 KiB; - is what standard input has. Behind -- both may"
                            + " begin with a hyphen.")
    private List<String> arguments = List.of();

    KvPutCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    Work work(OptionSources sources) {
        StoreArguments.exactly(arguments, 2, "put KEY VALUE");
        String key = StoreArguments.key(arguments.get(0));
        OptionalLong expected = StoreArguments.ifVersion(sources);
        PutOptions options = StoreArguments.putOptions(sources);
        UnaryOperator<KeyValueStore> guarded = StoreArguments.ifHolding(sources);
        StoreWriter writer = new StoreWriter(this, AdminCommand.isJson(sources));
        var value = StoreArguments.value(arguments.get(1), surroundings.in());
        return store -> writer.write(guarded.apply(store), key, value, expected, options);
    }
}
