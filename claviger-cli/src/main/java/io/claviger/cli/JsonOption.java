package io.claviger.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option of every listing, as a declaration. */
@SuppressWarnings({"UnusedVariable", "unused"}) // picocli and OptionSources read the declaration, nobody the field.
final class JsonOption {
    @Option(
            names = "--json",
            arity = OptionValue.FLAG_ARITY,
            preprocessor = AttachedFlag.class,
            fallbackValue = "true",
            paramLabel = OptionValue.TRUE_OR_FALSE,
            description = "Print one JSON document.")
    private @Nullable String json;
}
