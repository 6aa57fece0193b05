package io.claviger.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command about tables, as declarations; {@link TableAction} reads them. */
@SuppressWarnings({"UnusedVariable", "unused"}) // picocli and OptionSources read the declarations, nobody the fields.
final class TableServiceOptions {
    @Option(
            names = "--region",
            paramLabel = "REGION",
            description =
                    "The region of AWS, such as eu-west-1 (default: AWS_REGION, AWS_DEFAULT_REGION, or that of the "
                            + "profile).")
    private @Nullable String region;

    @Option(
            names = "--endpoint-url",
            paramLabel = "URL",
            description = "Where DynamoDB is, such as http://127.0.0.1:8000 (default: AWS_ENDPOINT_URL_DYNAMODB, "
                    + "AWS_ENDPOINT_URL, or that of the region).")
    private @Nullable String endpointUrl;
}
