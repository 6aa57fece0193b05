package io.claviger.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code claviger kv}, which without a sub-command only tells what there is. */
@Command(
        name = "kv",
        description = "Read and write the records of the key-value store.",
        mixinStandardHelpOptions = true,
        versionProvider = ClavigerCommand.VersionLine.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            KvGetCommand.class,
            KvPutCommand.class,
            KvCasCommand.class,
            KvListCommand.class,
            KvDeleteCommand.class
        })
@SuppressWarnings({"UnusedVariable", "unused"}) // OptionSources reads the declaration of --url, nobody the field.
final class KvCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before any call.
    private CommandSpec spec;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "Where the records are: claviger://HOST[:PORT], or dynamodb:TABLE?layout=dynalock.")
    private @Nullable String url;

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return ClavigerCommand.USAGE_ERROR;
    }
}
