package io.claviger.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the documents say is there, is there; and their examples run. */
class DocumentationTest {
    private static final Path ROOT = Path.of(System.getProperty("claviger.root"));
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");
    private static final Pattern JAVA_BLOCK = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern JAVADOC_BLOCK = Pattern.compile("<pre>\\{@code\\n(.*?) +\\* }</pre>", Pattern.DOTALL);

    @Test
    void everyLinkBetweenDocumentsLeadsSomewhere() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path document : documents()) {
            Matcher link = LINK.matcher(Files.readString(document));
            while (link.find()) {
                if (!Files.exists(document.resolveSibling(link.group(1)))) {
                    broken.add(ROOT.relativize(document) + " -> " + link.group(1));
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void everyJavaExampleIsCompiledWordForWord() throws IOException {
        String compiled = compiledExamples();
        int examples = 0;
        for (Path document : documents()) {
            Matcher block = JAVA_BLOCK.matcher(Files.readString(document));
            while (block.find()) {
                examples++;
                assertThat(compiled).as(document.toString()).contains(withoutIndentation(block.group(1)));
            }
        }
        assertThat(examples).isPositive();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "claviger-core/src/main/java/io/claviger/LeaderElection.java",
                "claviger-core/src/main/java/io/claviger/KeyValueStore.java",
                "claviger-core/src/main/java/io/claviger/RecordCodec.java",
                "claviger-client/src/main/java/io/claviger/client/ldlm/LdlmClient.java",
                "claviger-dynamodb/src/main/java/io/claviger/dynamodb/Dynalock.java",
                "claviger-dynamodb/src/main/java/io/claviger/dynamodb/DynalockLocker.java",
                "claviger-dynamodb/src/main/java/io/claviger/dynamodb/Lynk.java",
            })
    void theExamplesOfTheJavadocAreCompiledWordForWord(String file) throws IOException {
        Matcher block = JAVADOC_BLOCK.matcher(Files.readString(ROOT.resolve(file)));
        String compiled = compiledExamples();
        int examples = 0;
        while (block.find()) {
            examples++;
            String example = block.group(1).replaceAll("(?m)^ +\\*", "");
            assertThat(compiled).contains(withoutIndentation(example));
        }
        assertThat(examples).isPositive();
    }

    private static String compiledExamples() throws IOException {
        Path examples = ROOT.resolve("examples/src/main/java/io/claviger/examples");
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.list(examples)) {
            for (Path file : files.sorted().toList()) {
                all.append(Files.readString(file));
            }
        }
        return withoutIndentation(all.toString());
    }

    private static String withoutIndentation(String code) {
        return code.lines().map(String::strip).reduce("", (all, line) -> all + line + "\n");
    }

    private static List<Path> documents() throws IOException {
        try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            List<Path> all = new ArrayList<>(
                    docs.filter(file -> file.toString().endsWith(".md")).toList());
            all.add(ROOT.resolve("README.md"));
            all.add(ROOT.resolve("CONTRIBUTING.md"));
            return all;
        }
    }
}
