package io.claviger.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * A configuration file: one YAML mapping of option keys to values.
 *
 * <p>The values are taken as they are written and not as YAML understands them, so that an option means the same in a
 * file as on the command line; {@code off} for example is a boolean to older YAML.
 */
final class ConfigFile {
    private static final int MAX_BYTES = 64 * 1024;

    private final String file;

    private ConfigFile(String file) {
        this.file = file;
    }

    /**
     * @param keys the keys that the file may have
     * @return the values by key, in the order of the file
     * @throws BadOptionException if the file cannot be read, is no such mapping, or has another key or a key twice
     */
    static Map<String, OptionValue> read(String file, List<String> keys) {
        ConfigFile config = new ConfigFile(file);
        Map<String, OptionValue> values = new LinkedHashMap<>();
        config.compose().ifPresent(root -> config.addAll(root, keys, values));
        return values;
    }

    private Optional<Node> compose() {
        String text = text();
        try {
            return new Compose(LoadSettings.builder().setLabel(file).build()).composeString(text);
        } catch (StackOverflowError e) {
            // The parser calls itself for each level, and knows no limit.
            throw bad("", "is nested too deeply");
        } catch (MarkedYamlEngineException e) {
            throw bad(e.getProblemMark().map(ConfigFile::line).orElse(""), "is not YAML: " + e.getProblem());
        } catch (YamlEngineException e) {
            throw bad("", "is not YAML: " + e.getMessage());
        }
    }

    private String text() {
        if (file.isEmpty()) {
            throw bad("''", "no file has an empty name");
        }
        try {
            Path path = Path.of(file);
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            if (!attributes.isRegularFile()) {
                // The others may never end, or wait for a writer.
                throw bad("", attributes.isDirectory() ? "is a directory" : "is not a regular file");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes(path)))
                    .toString();
        } catch (NoSuchFileException e) {
            throw bad("", "no such file");
        } catch (AccessDeniedException e) {
            throw bad("", "permission denied");
        } catch (CharacterCodingException e) {
            throw bad("", "is not UTF-8");
        } catch (FileSystemException e) {
            throw bad("", "cannot be read: " + e.getReason());
        } catch (IOException | InvalidPathException e) {
            throw bad("", "cannot be read: " + e.getMessage());
        }
    }

    private byte[] bytes(Path path) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            // Not by the size that the system tells: that of a file in /proc is 0, and others may grow meanwhile.
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw bad("", "is longer than " + MAX_BYTES / 1024 + " KiB");
            }
            return bytes;
        }
    }

    private void addAll(Node root, List<String> keys, Map<String, OptionValue> values) {
        if (!(root instanceof MappingNode mapping)) {
            throw bad(line(root), "is not a mapping of option names to values");
        }
        for (NodeTuple tuple : mapping.getValue()) {
            String key = scalar(tuple.getKeyNode());
            if (!keys.contains(key)) {
                throw bad(
                        line(tuple.getKeyNode()),
                        "unknown key '" + OptionValue.printable(key) + "'; known are " + String.join(", ", keys));
            }
            String source = file + line(tuple.getKeyNode());
            if (values.put(key, new OptionValue(key, scalar(tuple.getValueNode()), source)) != null) {
                throw bad(line(tuple.getKeyNode()), "key '" + key + "' appears twice");
            }
        }
    }

    private String scalar(Node node) {
        if (node instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        throw bad(line(node), "a list or a mapping stands where a single value should");
    }

    private BadOptionException bad(String line, String problem) {
        return new BadOptionException("configuration file " + OptionValue.printable(file) + line + ": " + problem);
    }

    private static String line(Node node) {
        return node.getStartMark().map(ConfigFile::line).orElse("");
    }

    private static String line(Mark mark) {
        return ", line " + (mark.getLine() + 1);
    }
}
