package io.claviger.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.LockClient;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What may stand in an address, and what is said about the rest. */
class DynamoConfigTest {

    @Test
    void addressHasDefaults() {
        DynamoConfig config = DynamoConfig.parse("dynamodb:my-table.1");
        assertThat(config.table()).isEqualTo("my-table.1");
        assertThat(config.layout()).isEqualTo(DynamoLayout.NATIVE);
        assertThat(config.region()).isEmpty();
        assertThat(config.endpoint()).isEmpty();
        assertThat(config.tokens()).isTrue();
        assertThat(config.requestsPerSecond()).isEqualTo(10);
        assertThat(config.lease()).isEqualTo(Duration.ofSeconds(20));
        assertThat(config.label()).contains(" pid " + ProcessHandle.current().pid());
    }

    @Test
    void addressMaySayEverything() {
        DynamoConfig config = DynamoConfig.parse("dynamodb:locks?region=eu-west-1&endpoint=http%3A%2F%2F127.0.0.1:8000"
                + "&layout=lynk&token=off&requests-per-second=0.5&lease=1500ms&label=worker+1");
        assertThat(config.region()).contains("eu-west-1");
        assertThat(config.endpoint()).contains(URI.create("http://127.0.0.1:8000"));
        assertThat(config.layout()).isEqualTo(DynamoLayout.LYNK);
        assertThat(config.tokens()).isFalse();
        assertThat(config.requestsPerSecond()).isEqualTo(0.5);
        assertThat(config.lease()).isEqualTo(Duration.ofMillis(1_500));
        assertThat(config.label()).isEqualTo("worker 1");
    }

    @Test
    void layoutOfDynalockHasAPartition() {
        assertThat(DynamoConfig.parse("dynamodb:locks?layout=dynalock").partition())
                .isEqualTo("claviger");
        assertThat(DynamoConfig.parse("dynamodb:locks?layout=dynalock&partition=My+Locks")
                        .partition())
                .isEqualTo("My Locks");
    }

    @Test
    void tableMayBeAnArn() {
        String arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/locks";
        assertThat(DynamoConfig.parse("dynamodb:" + arn + "?region=eu-west-1").table())
                .isEqualTo(arn);
    }

    @Test
    void malformedAddressesAreNamedWithWhatIsRight() {
        Map<String, String> bad = Map.ofEntries(
                Map.entry("dynamodb:", "names no table: dynamodb:TABLE"),
                Map.entry("dynamodb:ab", "3 to 255 letters"),
                Map.entry("dynamodb:my table", "3 to 255 letters"),
                Map.entry("dynamodb:locks?", "'' is no option of a table; there are region, endpoint"),
                Map.entry("dynamodb:locks?colour=red", "'colour' is no option of a table"),
                Map.entry("dynamodb:locks?region", "the option 'region' lacks a value: region=…"),
                Map.entry("dynamodb:locks?region=", "the option 'region' lacks a value"),
                Map.entry("dynamodb:locks?region=a&region=b", "given twice"),
                Map.entry("dynamodb:locks?layout=mine", "none of native, lynk, dynalock"),
                Map.entry("dynamodb:locks?partition=Lock", "only the layout dynalock has partitions"),
                Map.entry("dynamodb:locks?layout=dynalock&partition=" + "x".repeat(2_001), "1 to 2000 bytes"),
                Map.entry("dynamodb:locks?token=maybe", "neither on nor off"),
                Map.entry("dynamodb:locks?lease=20", "no duration such as 500ms, 15s or 2m"),
                Map.entry("dynamodb:locks?lease=100ms", "lasts from 200 ms to 876000 h, but this is 100 ms"),
                Map.entry("dynamodb:locks?requests-per-second=many", "is no number"),
                Map.entry("dynamodb:locks?requests-per-second=0", "from 0.01 to 1000"),
                Map.entry("dynamodb:locks?requests-per-second=NaN", "from 0.01 to 1000"),
                Map.entry("dynamodb:locks?endpoint=localhost:8000", "is like https://HOST:PORT"),
                Map.entry("dynamodb:locks?endpoint=http://h:65536", "is like https://HOST:PORT"),
                Map.entry("dynamodb:locks?endpoint=http://user:secret@h", "is like https://HOST:PORT"),
                Map.entry("dynamodb:locks?endpoint=http://h%3Fa=b", "is like https://HOST:PORT"),
                Map.entry("dynamodb:locks?region=eu/west", "'eu/west' is no region of AWS, which is such as eu-west-1"),
                Map.entry("dynamodb:locks?region=eu%0Awest", "is no region of AWS, which is such as eu-west-1"),
                Map.entry("dynamodb:locks?endpoint=http%3A%2F%2F%zz", "two hexadecimal digits"),
                Map.entry("dynamodb:locks?endpoint=http:// x", "no address like"));
        bad.forEach((uri, message) -> assertThatThrownBy(() -> LockClient.connect(uri))
                .as(uri)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message));
    }

    @Test
    void labelsAreCutToWhatAnItemCanBear() {
        String label = DynamoConfig.builder("locks")
                .label("x".repeat(255) + "🔑")
                .build()
                .label();
        assertThat(label).isEqualTo("x".repeat(255));
    }

    @Test
    void configurationIsShownWithoutSecrets() {
        assertThat(DynamoConfig.parse("dynamodb:locks?region=eu-west-1")).hasToString("DynamoConfig[locks, NATIVE]");
    }
}
