package io.claviger.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command {@code claviger}, which without a sub-command only tells what there is. */
@Command(
        name = "claviger",
        description = "A distributed lock manager.",
        mixinStandardHelpOptions = true,
        versionProvider = ClavigerCommand.VersionLine.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ServeCommand.class,
            RunCommand.class,
            HoldCommand.class,
            LsCommand.class,
            ShowCommand.class,
            WhyCommand.class,
            UnlockCommand.class,
            SessionsCommand.class,
            StatusCommand.class,
            TopCommand.class,
            KvCommand.class,
            TableCommand.class,
            BenchCommand.class,
            CompletionCommand.class,
            HelpCommand.class
        })
@SuppressWarnings({"UnusedVariable", "unused"}) // OptionSources reads the declaration of --url, nobody the field.
final class ClavigerCommand implements Callable<Integer> {
    /** The status of a wrong command line, environment or configuration file. */
    static final int USAGE_ERROR = 2;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before any call.
    private CommandSpec spec;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "Where the locks are, for the commands that use a server: claviger://HOST[:PORT], "
                    + "or for run and hold dynamodb:TABLE.")
    private @Nullable String url;

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
        return commandLine(Surroundings.ofProcess());
    }

    static CommandLine commandLine(Surroundings surroundings) {
        return new CommandLine(new ClavigerCommand(), new Factory(surroundings))
                // An argument that begins with '@' means itself and not a file with more arguments.
                .setExpandAtFiles(false)
                .setParameterExceptionHandler((e, args) -> usageError(e))
                .setExecutionExceptionHandler((e, command, parsed) -> executionError(e, command));
    }

    /** Makes the commands, of which some need more than nothing. */
    private record Factory(Surroundings surroundings) implements IFactory {
        private static final Map<Class<?>, Function<Surroundings, ?>> CONSTRUCTORS = Map.ofEntries(
                entry(RunCommand.class, RunCommand::new),
                entry(HoldCommand.class, HoldCommand::new),
                entry(LsCommand.class, LsCommand::new),
                entry(ShowCommand.class, ShowCommand::new),
                entry(WhyCommand.class, WhyCommand::new),
                entry(UnlockCommand.class, UnlockCommand::new),
                entry(SessionsCommand.class, SessionsCommand::new),
                entry(StatusCommand.class, StatusCommand::new),
                entry(TopCommand.class, TopCommand::new),
                entry(KvGetCommand.class, KvGetCommand::new),
                entry(KvPutCommand.class, KvPutCommand::new),
                entry(KvCasCommand.class, KvCasCommand::new),
                entry(KvListCommand.class, KvListCommand::new),
                entry(KvDeleteCommand.class, KvDeleteCommand::new),
                entry(TableCreateCommand.class, TableCreateCommand::new),
                entry(TableListCommand.class, TableListCommand::new),
                entry(TableDeleteCommand.class, TableDeleteCommand::new),
                entry(BenchCommand.class, BenchCommand::new));

        private static <C> Map.Entry<Class<?>, Function<Surroundings, ?>> entry(
                Class<C> type, Function<Surroundings, C> constructor) {
            return Map.entry(type, constructor);
        }

        @Override
        public <K> K create(Class<K> type) throws Exception {
            Function<Surroundings, ?> constructor = CONSTRUCTORS.get(type);
            return constructor == null
                    ? CommandLine.defaultFactory().create(type)
                    : type.cast(constructor.apply(surroundings));
        }
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return USAGE_ERROR;
    }

    private static int usageError(ParameterException e) {
        CommandLine command = e.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        PrintWriter err = command.getErr();
        err.println(name + ": " + problem(e));
        err.println("Try '" + name + " --help'.");
        return USAGE_ERROR;
    }

    private static String problem(ParameterException e) {
        String message = oneLine(String.valueOf(e.getMessage()));
        if (!(e instanceof UnmatchedArgumentException unmatched)) {
            return message;
        }
        List<String> near = unmatched.getSuggestions();
        String first = unmatched.getUnmatched().get(0);
        boolean namesCommands = !e.getCommandLine().getSubcommands().isEmpty();
        if (namesCommands && first.equals("lock") && e.getCommandLine().getParent() == null) {
            return "unknown command 'lock'; 'claviger run NAME -- COMMAND' runs a command under a lock, and 'claviger hold NAME'"
                    + " takes one until a signal comes";
        }
        if (namesCommands && !first.startsWith("-")) {
            return "unknown command '" + OptionValue.printable(first) + "'"
                    + (near.isEmpty() ? "" : ", did you mean '" + near.get(0) + "'?");
        }
        return message + (near.isEmpty() ? "" : ". Did you mean " + near.get(0) + "?");
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
