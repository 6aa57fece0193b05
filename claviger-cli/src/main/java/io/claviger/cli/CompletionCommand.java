package io.claviger.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code claviger completion}: prints what teaches bash and zsh to complete our commands and options. */
@Command(
        name = "completion",
        description = "Print a completion script for bash and zsh: source <(claviger completion)",
        mixinStandardHelpOptions = true,
        versionProvider = ClavigerCommand.VersionLine.class)
final class CompletionCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before any call.
    private CommandSpec spec;

    @Override
    public Integer call() {
        CommandSpec root = spec.root();
        spec.commandLine().getOut().print(AutoComplete.bash(root.name(), root.commandLine()));
        spec.commandLine().getOut().flush();
        return 0;
    }
}
