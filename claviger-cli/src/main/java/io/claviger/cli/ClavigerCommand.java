package io.claviger.cli;

import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command {@code claviger}, which does nothing without a sub-command. */
@Command(
        name = "claviger",
        description = "A distributed lock manager.",
        mixinStandardHelpOptions = true,
        versionProvider = ClavigerCommand.VersionLine.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {ServeCommand.class, CompletionCommand.class})
final class ClavigerCommand {
    /** The status of a wrong command line, environment or configuration file. */
    static final int USAGE_ERROR = 2;

    /** What {@code --version} prints. */
    static final class VersionLine implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"claviger " + Version.current()};
        }
    }

    /** Runs {@code claviger}. @return the exit status */
    static int run(String... args) {
        return commandLine().execute(args);
    }

    static CommandLine commandLine() {
        return new CommandLine(new ClavigerCommand())
                .setParameterExceptionHandler((e, args) -> usageError(e))
                .setExecutionExceptionHandler((e, command, parsed) -> executionError(e, command));
    }

    private static int usageError(ParameterException e) {
        CommandLine command = e.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        PrintWriter err = command.getErr();
        err.println(name + ": " + oneLine(String.valueOf(e.getMessage())) + suggestion(e));
        err.println("Try '" + name + " --help'.");
        return USAGE_ERROR;
    }

    private static String suggestion(ParameterException e) {
        if (!(e instanceof UnmatchedArgumentException unmatched)) {
            return "";
        }
        List<String> near = unmatched.getSuggestions();
        return near.isEmpty() ? "" : ". Did you mean " + near.get(0) + "?";
    }

    private static int executionError(Exception e, CommandLine command) throws Exception {
        if (e instanceof BadOptionException) {
            command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + e.getMessage());
            return USAGE_ERROR;
        }
        // Anything else is a fault of ours, and then the stack trace is what we want to be sent.
        throw e;
    }

    private static String oneLine(String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
