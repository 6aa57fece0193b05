package io.claviger.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.LockOptions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The text by which lynk hands locks over, compared with what lynk 0.3.1 writes and reads. */
class LynkTextTest {
    private static final String UUID = "3b0fa3a9-6f3f-4d42-a9f1-0a1f5d3c9e77";

    /** As {@code Lock.serialize()} of lynk 0.3.1 writes it. */
    private static final String GOLDEN = "{\"__version\": \"Lock.1\", \"name\": \"s1\", \"technique\": "
            + "\"{\\\"__version\\\": \\\"VersionLeaseTechinque.1\\\", \\\"versions\\\": {\\\"s1\\\": \\\"" + UUID
            + "\\\"}}\"}";

    @Test
    void textIsLynksToTheLetter() {
        assertThat(LynkText.write("s1", UUID, LockOptions.DEFAULT)).isEqualTo(GOLDEN);
    }

    @Test
    void whatIsNotAsciiIsEscapedAsPythonDoes() {
        String text = LynkText.write("ключ \"🔑\"\n", UUID, LockOptions.DEFAULT);
        assertThat(text)
                .matches("[ -~]*")
                .contains("\\u043a")
                .contains("\\ud83d\\udd11")
                .contains("\\\\u043a");
        assertThat(LynkText.read(text).name()).isEqualTo("ключ \"🔑\"\n");
    }

    @Test
    void textIsReadInAnyForm() {
        String loose = " {\"technique\":\"{\\\"versions\\\":{\\\"s1\\\":\\\"" + UUID
                + "\\\"},\\\"more\\\":[1,true,null],\\\"__version\\\":\\\"VersionLeaseTechinque.1\\\"}\",\n\"x\":{\"y\":[]},"
                + "\"name\":\"s1\",\t\"__version\":\"Lock.1\"} ";
        for (String text : new String[] {GOLDEN, loose}) {
            Layout.HandOff read = LynkText.read(text);
            assertThat(read).isEqualTo(new Layout.HandOff("s1", UUID, LockOptions.DEFAULT));
        }
    }

    @Test
    void manualLockStaysManualAmongOurs() {
        LockOptions manual = LockOptions.manualLease(Duration.ofMillis(1_500));
        String text = LynkText.write("s1", UUID, manual);
        assertThat(text).startsWith(GOLDEN.substring(0, GOLDEN.length() - 1)).contains("\"lease\": 1.5");
        assertThat(LynkText.read(text).options()).isEqualTo(manual);
    }

    @Test
    void malformedTextsAreNamed() {
        Map<String, String> bad = Map.ofEntries(
                Map.entry("", "it is no JSON object: "),
                Map.entry("null", "it is no JSON object"),
                Map.entry("[1]", "it is no JSON object"),
                Map.entry("{\"a\": tru}", "it is no JSON object: "),
                Map.entry("{}", "its '__version' is missing; Lock.1 is known"),
                Map.entry("{\"__version\": null}", "its '__version' is missing"),
                Map.entry(GOLDEN.replace("Lock.1", "Lock.2"), "its '__version' is Lock.2, but Lock.1 is known"),
                Map.entry(GOLDEN.replace("\"name\"", "\"nam\""), "needs both 'name' and 'technique'"),
                Map.entry(GOLDEN.replace("\"technique\"", "\"tech\""), "needs both 'name' and 'technique'"),
                Map.entry(
                        GOLDEN.replace("Techinque", "Technique"),
                        "VersionLeaseTechnique.1, but VersionLeaseTechinque.1"),
                Map.entry(GOLDEN.replace("versions", "version"), "no version of the lock 's1'"),
                Map.entry(GOLDEN.replace("\"s1\"", "\"s2\""), "no version of the lock 's2'"),
                Map.entry(GOLDEN.replace(UUID, "v"), "no UUID"),
                Map.entry(
                        "{\"__version\": \"Lock.1\", \"name\": \"s1\", \"technique\": \"x\"}",
                        "its 'technique' is no JSON object written as a string"),
                Map.entry("[".repeat(200), "it is no JSON object: "),
                Map.entry(GOLDEN + "x", "it is no JSON object: "),
                Map.entry(GOLDEN.substring(0, 40), "it is no JSON object: "));
        bad.forEach((text, message) -> assertThatThrownBy(() -> LynkText.read(text))
                .as(text)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("handed-off lease")
                .hasMessageContaining(message));
    }
}
