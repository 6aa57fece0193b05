package io.claviger.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code claviger kv put}: writes a record. */
@Command(
        name = "put",
        customSynopsis = "claviger kv put [OPTION]... KEY VALUE",
        description = {"Write a record, whatever stood there, and print its new version.", ""})
@SuppressWarnings({"UnusedVariable", "unused"}) // OptionSources reads the declarations, nobody the fields.
final class KvPutCommand extends StoreWriteCommand {
    @Mixin
    private final StoreConditions.OnVersion onVersion = new StoreConditions.OnVersion();

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
    Wish wish(OptionSources sources) {
        StoreArguments.exactly(arguments, 2, "put KEY VALUE");
        return new Wish(StoreArguments.key(arguments.get(0)), arguments.get(1), StoreArguments.ifVersion(sources));
    }
}
