package io.claviger.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code claviger table}, which without a sub-command only tells what there is. */
@Command(
        name = "table",
        description = {"Make, list and delete DynamoDB tables for locks.", ""},
        mixinStandardHelpOptions = true,
        versionProvider = ClavigerCommand.VersionLine.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {TableCreateCommand.class, TableListCommand.class, TableDeleteCommand.class})
final class TableCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before any call.
    private CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return ClavigerCommand.USAGE_ERROR;
    }
}
