package io.claviger.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * Where a command's options come from. For an option {@code --text-port} that is, the first that has it: the command
 * line, the environment variable {@code CLAVIGER_TEXT_PORT}, the key {@code text-port} of the configuration file, the
 * default that its declaration names.
 *
 * <p>An environment variable that is set but empty counts as not set, since that is all that many tools can write. One
 * that no command has is refused, see {@link EnvironmentNames}.
 */
final class OptionSources {
    private static final String CONFIG = "config";
    private static final String COMMAND_LINE = "command line";

    /** Options that say what to do with the configuration and so cannot be part of it. */
    private static final Set<String> NOT_IN_FILE = Set.of(CONFIG, "print-config", "help", "version");

    private final CommandSpec spec;
    private final Map<String, OptionValue> values = new LinkedHashMap<>();

    private OptionSources(CommandSpec spec) {
        this.spec = spec;
    }

    /**
     * Reads all sources of the command that {@code parsed} is of, and the file if one is named.
     *
     * @throws BadOptionException if a variable or a key of the file is no option, or the file cannot be read
     */
    static OptionSources of(ParseResult parsed, Map<String, String> environment) {
        OptionSources sources = new OptionSources(parsed.commandSpec());
        EnvironmentNames.check(
                environment,
                optionsOfAll(sources.spec.root()).map(OptionSources::variable).toList());
        sources.addCommandLine(parsed);
        for (CommandSpec outer = sources.spec.parent(); outer != null; outer = outer.parent()) {
            sources.addBeforeCommand(outer);
        }
        sources.addEnvironment(environment);
        // Loads the YAML library, so only if there is a file.
        sources.get(CONFIG)
                .ifPresent(
                        file -> ConfigFile.read(file.text(), sources.fileKeys()).forEach(sources.values::putIfAbsent));
        sources.addDefaults();
        return sources;
    }

    /** What the command is called by, such as {@code claviger run}. */
    String commandName() {
        return spec.qualifiedName();
    }

    /** The value of an option by its key, for instance {@code text-port}. Empty if no source has one. */
    Optional<OptionValue> get(String key) {
        return Optional.ofNullable(values.get(key));
    }

    /** The value of an option that only the command line may give. Empty if it does not. */
    Optional<OptionValue> ofCommandLine(String key) {
        return get(key).filter(value -> value.source().equals(COMMAND_LINE));
    }

    /**
     * The value of an option that has a default.
     *
     * @throws IllegalArgumentException if there is none
     */
    OptionValue require(String key) {
        return get(key).orElseThrow(() -> new IllegalArgumentException("no value and no default: " + key));
    }

    /** The keys that a configuration file may have, in the order of the declaration. */
    List<String> fileKeys() {
        List<String> keys = new ArrayList<>();
        spec.options().stream()
                .map(OptionSources::key)
                .filter(key -> !NOT_IN_FILE.contains(key))
                .forEach(keys::add);
        return keys;
    }

    private void addCommandLine(ParseResult parsed) {
        for (OptionSpec option : parsed.matchedOptions()) {
            String text = option.<String>getValue();
            values.putIfAbsent(key(option), new OptionValue(option.longestName(), text, COMMAND_LINE));
        }
    }

    /** Options of {@code claviger} itself: those that many commands have may stand before the command's name as well. */
    private void addBeforeCommand(CommandSpec parent) {
        if (parent.commandLine().getParseResult() == null) {
            return;
        }
        addBeforeCommand(parent.parent());
        for (OptionSpec option : parent.commandLine().getParseResult().matchedOptions()) {
            OptionValue value = new OptionValue(option.longestName(), option.<String>getValue(), COMMAND_LINE);
            if (spec.findOption(option.longestName()) == null) {
                throw value.bad("does not go with " + spec.name());
            }
            values.putIfAbsent(key(option), value);
        }
    }

    /** A variable may be meant for another command than the one that runs. */
    private static Stream<OptionSpec> optionsOfAll(CommandSpec command) {
        return Stream.concat(
                command.options().stream(),
                command.subcommands().values().stream().flatMap(sub -> optionsOfAll(sub.getCommandSpec())));
    }

    private void addEnvironment(Map<String, String> environment) {
        for (OptionSpec option : spec.options()) {
            String variable = variable(option);
            String text = environment.getOrDefault(variable, "");
            if (!text.isEmpty() && !option.usageHelp() && !option.versionHelp()) {
                values.putIfAbsent(
                        key(option), new OptionValue(option.longestName(), text, "environment variable " + variable));
            }
        }
    }

    private void addDefaults() {
        for (OptionSpec option : spec.options()) {
            if (option.defaultValue() != null) {
                values.putIfAbsent(
                        key(option), new OptionValue(option.longestName(), option.defaultValue(), "default"));
            }
        }
    }

    private static String variable(OptionSpec option) {
        return EnvironmentNames.PREFIX + key(option).replace('-', '_').toUpperCase(Locale.ROOT);
    }

    private static String key(OptionSpec option) {
        return option.longestName().substring("--".length());
    }
}
