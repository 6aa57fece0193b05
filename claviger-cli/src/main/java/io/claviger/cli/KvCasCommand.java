package io.claviger.cli;

import java.util.List;
import java.util.OptionalLong;
import picocli.CommandLine.Command;
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
final class KvCasCommand extends StoreWriteCommand {
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
    Wish wish(OptionSources sources) {
        StoreArguments.exactly(arguments, 3, "cas KEY VERSION VALUE");
        return new Wish(
                StoreArguments.key(arguments.get(0)),
                arguments.get(2),
                OptionalLong.of(StoreArguments.version(arguments.get(1), "VERSION")));
    }
}
