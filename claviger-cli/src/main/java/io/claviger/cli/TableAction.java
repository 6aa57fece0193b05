package io.claviger.cli;

import io.claviger.dynamodb.DynamoLayout;
import io.claviger.dynamodb.DynamoTables;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;

/** What the commands about tables have in common: how they get to DynamoDB. */
@Command(
        footer = {
            "",
            "Credentials are where the tools of AWS look for them. Every option can also be given as an environment "
                    + "variable (--endpoint-url is CLAVIGER_ENDPOINT_URL) unless it says otherwise; the command line "
                    + "comes first.",
            "",
            "Exit status: 0 done; 1 there is no such table, or it is another than it should be; 2 wrong option or "
                    + "variable; 125 DynamoDB was not reached, or refuses."
        })
abstract class TableAction extends AdminCommand {
    TableAction(Surroundings surroundings) {
        super(surroundings);
    }

    /** The tables where the options say. <b>Blocks</b> for some seconds at most. */
    static DynamoTables tables(OptionSources sources) {
        DynamoTables.Builder builder = DynamoTables.builder();
        sources.get("region").ifPresent(region -> region(builder, region));
        sources.get("endpoint-url").ifPresent(url -> builder.endpoint(endpoint(url)));
        QuietLogs.install();
        return builder.open();
    }

    private static void region(DynamoTables.Builder builder, OptionValue region) {
        try {
            builder.region(region.text());
        } catch (IllegalArgumentException e) {
            throw region.bad("is no region of AWS, which is such as eu-west-1");
        }
    }

    private static URI endpoint(OptionValue url) {
        try {
            URI address = new URI(url.text());
            DynamoTables.builder().endpoint(address);
            return address;
        } catch (URISyntaxException | IllegalArgumentException e) {
            throw url.bad("is no address such as http://127.0.0.1:8000");
        }
    }

    static DynamoLayout layout(OptionValue value) {
        for (DynamoLayout layout : DynamoLayout.values()) {
            if (word(layout).equals(value.text())) {
                return layout;
            }
        }
        throw value.bad("is none of native, lynk and dynalock");
    }

    static String word(DynamoLayout layout) {
        return layout.name().toLowerCase(Locale.ROOT);
    }

    /** The one table that a command is about. */
    static String oneTable(List<String> names, String command) {
        if (names.size() != 1) {
            throw new BadOptionException((names.isEmpty() ? "no table" : names.size() + " tables")
                    + "; name one: claviger table " + command + " TABLE");
        }
        String name = names.get(0);
        if (!DynamoTables.isName(name)) {
            throw new BadOptionException("'" + OptionValue.printable(name)
                    + "' is no name of a DynamoDB table: it has 3 to 255 letters, digits, '_', '-' and '.'");
        }
        return name;
    }

    /** Flags that no variable may set: they let something be destroyed. */
    static boolean isSetHere(OptionSources sources, String flag) {
        return sources.ofCommandLine(flag).map(OptionValue::flag).orElse(false);
    }

    /** The layout, or a dash. */
    static String shown(Optional<DynamoLayout> layout) {
        return layout.map(TableAction::word).orElse("-");
    }
}
