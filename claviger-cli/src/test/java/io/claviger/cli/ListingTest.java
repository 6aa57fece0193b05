package io.claviger.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.cli.Table.Align;
import io.claviger.cli.Table.Column;
import io.claviger.client.RemoteAdmin.Claim;
import io.claviger.client.RemoteAdmin.Lock;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What listings are made of: texts fit for a terminal, tables, JSON and words. */
class ListingTest {
    private static final List<Column> COLUMNS =
            List.of(new Column("NAME", Align.CUT), new Column("KIND", Align.LEFT), new Column("COUNT", Align.RIGHT));

    private static List<String> table(int width, List<List<String>> rows) {
        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text);
        Table table = new Table(COLUMNS, width);
        rows.forEach(row -> table.add(out, row));
        assertThat(table.finish(out)).isEqualTo(!rows.isEmpty());
        return text.toString().lines().toList();
    }

    @Test
    void whatActsUponATerminalIsEscaped() {
        assertThat(Printed.of("plain é 日本 👩\u200d👩")).isEqualTo("plain é 日本 👩\u200d👩");
        assertThat(Printed.of("\t\u001b\u007f\u009b")).isEqualTo("\\x09\\x1b\\x7f\\x9b");
        assertThat(Printed.of("\u202e\u2028\ud800")).isEqualTo("\\u202e\\u2028\\ud800");
    }

    @Test
    void widthsAreThoseOfATerminal() {
        assertThat(Printed.width("abc")).isEqualTo(3);
        assertThat(Printed.width("日本")).isEqualTo(4);
        assertThat(Printed.width("e\u0301🔑")).isEqualTo(3);
        assertThat(Printed.cut("日本語", 6)).isEqualTo("日本語");
        assertThat(Printed.cut("日本語", 5)).isEqualTo("日本…");
        assertThat(Printed.cut("日本語", 4)).isEqualTo("日…");
        assertThat(Printed.cut("ab", 0)).isEmpty();
        assertThat(Printed.padRight("日", 4)).isEqualTo("日  ");
        assertThat(Printed.padLeft("日", 4)).isEqualTo("  日");
    }

    @Test
    void tableIsAligned_andCutOnATerminalOnly() {
        List<List<String>> rows =
                List.of(List.of("a", "lock", "1"), List.of("a-rather-long-name", "semaphore", "12,000"));
        assertThat(table(Table.UNLIMITED, rows))
                .containsExactly(
                        "NAME                KIND        COUNT",
                        "a                   lock            1",
                        "a-rather-long-name  semaphore  12,000");
        assertThat(table(30, rows))
                .containsExactly(
                        "NAME         KIND        COUNT",
                        "a            lock            1",
                        "a-rather-l…  semaphore  12,000");
        assertThat(table(Table.UNLIMITED, List.of())).isEmpty();
    }

    @Test
    void jsonIsEscapedAndSeparated() {
        StringWriter text = new StringWriter();
        JsonWriter json = new JsonWriter(new PrintWriter(text));
        json.beginObject().name("list").beginArray();
        json.beginObject()
                .endObject()
                .beginObject()
                .field("a", 1L)
                .field("b", "x")
                .endObject();
        json.endArray().field("text", "\"\\\n\u001b\u009b🔑\ud800").field("none", (String) null);
        json.field("rate", 1234.5678).field("not", Double.NaN).field("yes", true);
        json.seconds("time", Duration.ofMillis(1_500))
                .seconds("zero", Duration.ZERO)
                .seconds("never", null);
        json.endObject().endDocument();
        assertThat(text.toString().strip())
                .isEqualTo("{\"list\":[{},{\"a\":1,\"b\":\"x\"}],\"text\":\"\\\"\\\\\\u000a\\u001b\\u009b🔑\\ud800\","
                        + "\"none\":null,\"rate\":1234.568,\"not\":null,\"yes\":true,"
                        + "\"time\":1.5,\"zero\":0,\"never\":null}");
    }

    @Test
    void agesHaveTheirTwoLargestUnits() {
        assertThat(List.of(0L, 59L, 192L, 7_500L, 273_600L).stream()
                        .map(seconds -> LockWords.age(Duration.ofSeconds(seconds))))
                .containsExactly("0s", "59s", "3m12s", "2h05m", "3d04h");
    }

    @Test
    void aTakenBackGrantAndManyHoldersAreSeenInARow() {
        Claim first = claim(7, true);
        Lock lock = new Lock("n", 5, 1, List.of(first, claim(9, false), claim(11, false)), List.of(), 1_234);
        assertThat(LsCommand.row(lock))
                .containsExactly("n", "4/5", "1,234", "web1 +2 more (taken back)", "1m10s", "20s", "11");
    }

    private static Claim claim(long token, boolean revoked) {
        return new Claim(
                1,
                "web1",
                1,
                OptionalLong.of(token),
                Duration.ofSeconds(70),
                revoked ? Optional.empty() : Optional.of(Duration.ofSeconds(11 + token)),
                revoked,
                Optional.empty(),
                false);
    }
}
