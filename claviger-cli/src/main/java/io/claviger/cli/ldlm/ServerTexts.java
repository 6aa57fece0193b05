package io.claviger.cli.ldlm;

import java.util.List;
import java.util.Map;

/** What {@code ldlm-server} prints about its options. */
final class ServerTexts {
    private static final String ENDING = """

            Each can also be given as an environment variable (LDLM_LISTEN_ADDRESS) or in the file (listen_address: ...).
            The command line comes first, then the environment, the file, the default. An empty variable counts as unset.
            --print_env_template and --print_yaml_template print all of them for such files, and exit.
            Durations are such as 1m30s. INT, QUIT and TERM stop the server in order.
            Exit status: 0 stopped, 1 wrong configuration or cannot start, 2 wrong flag or what this version does not have.
            """;

    private ServerTexts() {}

    static String usage() {
        List<ServerOption> shown = ServerOption.byName().stream()
                .filter(option -> !option.name().startsWith("PRINT_"))
                .toList();
        int width =
                shown.stream().mapToInt(option -> left(option).length()).max().orElse(0);
        StringBuilder text = new StringBuilder("Command usage:\n");
        for (ServerOption option : shown) {
            String left = left(option);
            text.append(left)
                    .append(" ".repeat(width + 3 - left.length()))
                    .append(option.description())
                    .append(defaultShown(option))
                    .append('\n');
        }
        return text + ENDING;
    }

    /** All options as a file of variables, with their values. */
    static String environmentTemplate(Map<ServerOption, String> values) {
        StringBuilder text = new StringBuilder("# Generated with\n# ldlm-server --print_env_template\n\n");
        ServerOption.byName().stream().filter(ServerTexts::isSetting).forEach(option -> {
            String value = shown(option, values).replace("\"", "\\\"");
            text.append("# ").append(option.description()).append('\n');
            text.append(option.variable()).append("=\"").append(value).append("\"\n\n");
        });
        return text.toString();
    }

    /** All options as a configuration file, with their values. */
    static String yamlTemplate(Map<ServerOption, String> values) {
        StringBuilder text = new StringBuilder("# Generated with\n# ldlm-server --print_yaml_template\n\n");
        ServerOption.settings()
                .filter(option -> option != ServerOption.CONFIG_FILE)
                .forEach(option -> {
                    String value = shown(option, values);
                    text.append("# ").append(option.description()).append('\n');
                    text.append(option.flag()).append(": ");
                    text.append(option.isText() ? "'" + value.replace("'", "''") + "'" : value)
                            .append("\n\n");
                });
        return text.toString();
    }

    private static boolean isSetting(ServerOption option) {
        return ServerOption.settings().anyMatch(option::equals);
    }

    private static String shown(ServerOption option, Map<ServerOption, String> values) {
        return option.isSecret() ? "" : values.getOrDefault(option, option.byDefault());
    }

    private static String left(ServerOption option) {
        String start = option.shorthand().isEmpty() ? "      --" : "  -" + option.shorthand() + ", --";
        return start + option.flag() + (option.valueWord().isEmpty() ? "" : " " + option.valueWord());
    }

    private static String defaultShown(ServerOption option) {
        if (option.isBool() || option.byDefault().isEmpty()) {
            return "";
        }
        String value = option.isText() ? GoSyntax.quoted(option.byDefault()) : option.byDefault();
        return " (default " + value + ")";
    }
}
