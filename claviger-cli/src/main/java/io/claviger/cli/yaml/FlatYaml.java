package io.claviger.cli.yaml;

import io.claviger.cli.process.OneLine;
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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A file with one YAML mapping of names to single values, of 64 KiB at most. JSON is YAML as well.
 *
 * <p>The values are taken as they are written and not as YAML understands them, so that an option means the same in a
 * file as on the command line; {@code off} for example is a boolean to older YAML.
 */
public final class FlatYaml {
    private static final int MAX_BYTES = 64 * 1024;

    private final String file;
    private final boolean json;

    private FlatYaml(String file, boolean json) {
        this.file = file;
        this.json = json;
    }

    /**
     * One line of the mapping.
     *
     * @param line counted from 1
     * @param isNull whether the value is missing, or a word for that without quotation marks
     */
    public record Entry(String key, String value, int line, boolean isNull) {}

    /**
     * Reads a file.
     *
     * @return its entries in their order, each key once
     * @throws BadFileException if it cannot be read, is no such mapping, or has a key twice
     */
    public static List<Entry> read(String file) throws BadFileException {
        return new FlatYaml(file, false).entries();
    }

    /**
     * Reads a file of JSON. Blanks may be tabs there, which YAML does not like.
     *
     * @return its entries in their order, each key once
     * @throws BadFileException if it cannot be read, is no such object, or has a key twice
     */
    public static List<Entry> readJson(String file) throws BadFileException {
        return new FlatYaml(file, true).entries();
    }

    private List<Entry> entries() throws BadFileException {
        Optional<Node> root = compose();
        return root.isPresent() ? all(root.get()) : List.of();
    }

    private Optional<Node> compose() throws BadFileException {
        String text = json ? text().replace('\t', ' ') : text();
        if (json && !text.stripLeading().startsWith("{")) {
            throw bad(0, "is not a JSON object");
        }
        try {
            return new Compose(LoadSettings.builder().setLabel(file).build()).composeString(text);
        } catch (StackOverflowError e) {
            // The parser calls itself for each level, and knows no limit.
            throw bad(0, "is nested too deeply");
        } catch (MarkedYamlEngineException e) {
            throw bad(
                    e.getProblemMark().map(FlatYaml::line).orElse(0),
                    "is not " + (json ? "JSON" : "YAML") + ": " + e.getProblem());
        } catch (YamlEngineException e) {
            throw bad(0, "is not " + (json ? "JSON" : "YAML") + ": " + e.getMessage());
        }
    }

    private String text() throws BadFileException {
        if (file.isEmpty()) {
            throw bad(0, "no file has an empty name");
        }
        try {
            Path path = Path.of(file);
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            if (!attributes.isRegularFile()) {
                // The others may never end, or wait for a writer.
                throw bad(0, attributes.isDirectory() ? "is a directory" : "is not a regular file");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes(path)))
                    .toString();
        } catch (NoSuchFileException e) {
            throw bad(0, "no such file");
        } catch (AccessDeniedException e) {
            throw bad(0, "permission denied");
        } catch (CharacterCodingException e) {
            throw bad(0, "is not UTF-8");
        } catch (FileSystemException e) {
            throw bad(0, "cannot be read: " + e.getReason());
        } catch (IOException | InvalidPathException e) {
            throw bad(0, "cannot be read: " + e.getMessage());
        }
    }

    private byte[] bytes(Path path) throws IOException, BadFileException {
        try (InputStream in = Files.newInputStream(path)) {
            // Not by the size that the system tells: that of a file in /proc is 0, and others may grow meanwhile.
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw bad(0, "is longer than " + MAX_BYTES / 1024 + " KiB");
            }
            return bytes;
        }
    }

    private List<Entry> all(Node root) throws BadFileException {
        if (!(root instanceof MappingNode mapping)) {
            throw bad(line(root), "is not a mapping of option names to values");
        }
        List<Entry> entries = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (NodeTuple tuple : mapping.getValue()) {
            int line = line(tuple.getKeyNode());
            String key = scalar(tuple.getKeyNode()).getValue();
            ScalarNode value = scalar(tuple.getValueNode());
            if (!seen.add(key)) {
                throw bad(line, "key '" + OneLine.of(key) + "' appears twice");
            }
            entries.add(new Entry(key, value.getValue(), line, value.getTag().equals(Tag.NULL)));
        }
        return entries;
    }

    private ScalarNode scalar(Node node) throws BadFileException {
        if (node instanceof ScalarNode scalar) {
            return scalar;
        }
        throw bad(line(node), "a list or a mapping stands where a single value should");
    }

    private BadFileException bad(int line, String problem) {
        return new BadFileException(file, line, problem);
    }

    /** The line of a node, from 1; 0 if it is not known. */
    private static int line(Node node) {
        return node.getStartMark().map(FlatYaml::line).orElse(0);
    }

    private static int line(Mark mark) {
        return mark.getLine() + 1;
    }
}
