package io.claviger.cli;

import io.claviger.cli.yaml.BadFileException;
import io.claviger.cli.yaml.FlatYaml;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A configuration file: one YAML mapping of option keys to values, which mean the same as on the command line. */
final class ConfigFile {
    private ConfigFile() {}

    /**
     * Reads a file.
     *
     * @param keys the keys that the file may have
     * @return the values by key, in the order of the file
     * @throws BadOptionException if the file cannot be read, is no such mapping, or has another key or a key twice
     */
    static Map<String, OptionValue> read(String file, List<String> keys) {
        Map<String, OptionValue> values = new LinkedHashMap<>();
        try {
            for (FlatYaml.Entry entry : FlatYaml.read(file)) {
                String key = entry.key();
                if (!keys.contains(key)) {
                    throw bad(
                            file,
                            entry.line(),
                            "unknown key '" + OptionValue.printable(key) + "'; known are " + String.join(", ", keys));
                }
                values.put(key, new OptionValue(key, entry.value(), file + line(entry.line())));
            }
        } catch (BadFileException unusable) {
            throw bad(file, unusable.line(), String.valueOf(unusable.getMessage()));
        }
        return values;
    }

    private static BadOptionException bad(String file, int line, String problem) {
        String shown = file.isEmpty() ? "''" : OptionValue.printable(file);
        return new BadOptionException("configuration file " + shown + line(line) + ": " + problem);
    }

    private static String line(int line) {
        return line == 0 ? "" : ", line " + line;
    }
}
