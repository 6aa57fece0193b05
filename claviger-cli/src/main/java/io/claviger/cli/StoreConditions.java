package io.claviger.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Under what condition a record is written or deleted, as declarations; {@link StoreArguments} reads them. */
@SuppressWarnings({"UnusedVariable", "unused"}) // picocli and OptionSources read the declarations, nobody the fields.
final class StoreConditions {
    static final String COMMAND_LINE_ONLY = " Only on the command line.";

    @Option(
            names = "--if-holding",
            paramLabel = "NAME:TOKEN",
            description =
                    "Only while this grant of this lock is held and was not taken back, looked at together with the write."
                            + COMMAND_LINE_ONLY)
    private @Nullable String ifHolding;

    /** The condition of those commands that have no version among their arguments. */
    static final class OnVersion {
        @Option(
                names = "--if-version",
                paramLabel = "V",
                description = "Only if the record has this version; 0 = if there is none." + COMMAND_LINE_ONLY)
        private @Nullable String ifVersion;
    }

    /** What is written, and how long it lives. */
    static final class Content {
        @Option(
                names = "--form",
                paramLabel = "FORM",
                description =
                        "What the value is: bytes, text in UTF-8, or one json document (default: bytes). A table writes it"
                                + " accordingly; elsewhere only the value is checked." + COMMAND_LINE_ONLY)
        private @Nullable String form;

        @Option(
                names = "--ttl",
                paramLabel = "DURATION",
                description =
                        "The record ends after this time, such as 30s or 2h. Without it the record has no end, also if"
                                + " the one before had." + COMMAND_LINE_ONLY)
        private @Nullable String ttl;
    }
}
