package io.claviger.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The specification and the tests that carry its numbers. */
class SpecificationTest {
    private static final Path ROOT = Path.of(System.getProperty("claviger.root"));
    private static final Pattern RULE = Pattern.compile("^\\| \\*\\*([SLK]\\d+)\\*\\* \\| (\\*planned\\*)?");
    private static final Pattern TEST = Pattern.compile("void ([SLK]\\d+)_\\w+\\(");

    @Test
    void everyRuleThatIsNotPlannedHasATestThatCarriesItsNumber() throws IOException {
        assertThat(rules(false)).hasSizeGreaterThan(10);
        assertThat(numbersInTests()).containsAll(rules(false));
    }

    @Test
    void noTestCarriesANumberThatTheSpecificationDoesNotHave() throws IOException {
        Set<String> known = rules(false);
        known.addAll(rules(true));
        assertThat(known).containsAll(numbersInTests());
    }

    private static Set<String> rules(boolean planned) throws IOException {
        return Files.readAllLines(ROOT.resolve("docs/SPEC.md")).stream()
                .map(RULE::matcher)
                .filter(Matcher::find)
                .filter(rule -> (rule.group(2) != null) == planned)
                .map(rule -> rule.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> numbersInTests() throws IOException {
        Set<String> numbers = new TreeSet<>();
        for (Path source : testSources()) {
            Matcher test = TEST.matcher(Files.readString(source));
            while (test.find()) {
                numbers.add(test.group(1));
            }
        }
        return numbers;
    }

    /** Test sources of every module, and the contract suite, which is published code. */
    private static List<Path> testSources() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> {
                        String path = ROOT.relativize(file).toString();
                        return path.contains("src/test/") || path.startsWith("claviger-testkit/src/main/");
                    })
                    .toList();
        }
    }
}
