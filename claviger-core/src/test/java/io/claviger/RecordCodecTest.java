package io.claviger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RecordCodecTest {
    private enum Mode {
        QUIET,
        LOUD {
            @Override
            public String toString() {
                return "with a body of its own";
            }
        }
    }

    private record Numbers(
            byte b, Short s, int i, Long l, float f, Double d, BigInteger whole, BigDecimal exact, boolean truth) {}

    private record Item(String name, Optional<Integer> count) {}

    private record Config(Mode mode, List<Item> items, Optional<List<Mode>> modes, Numbers numbers) {}

    private record Tree(String name, List<Tree> children, Optional<Tree> next) {}

    private record Small(int level) {
        private Small {
            if (level < 0) {
                throw new IllegalStateException("below zero");
            }
        }
    }

    private record Empty() {}

    private static final Numbers NUMBERS = new Numbers(
            (byte) -128,
            (short) 32767,
            Integer.MIN_VALUE,
            Long.MAX_VALUE,
            0.1f,
            -1.5e300,
            new BigInteger("-123456789012345678901234567890"),
            new BigDecimal("1.10"),
            true);

    @Test
    void recordsComeBackAsTheyWere() {
        RecordCodec<Config> codec = RecordCodec.of(Config.class);
        Config config = new Config(
                Mode.LOUD,
                List.of(new Item("ä\"", Optional.of(3)), new Item("", Optional.empty())),
                Optional.of(List.of(Mode.QUIET)),
                NUMBERS);
        Value value = codec.encode(config);
        assertThat(value.form()).isEqualTo(Value.Form.JSON);
        assertThat(value.asText())
                .isEqualTo("{\"mode\":\"LOUD\",\"items\":[{\"name\":\"ä\\\"\",\"count\":3},{\"name\":\"\"}],"
                        + "\"modes\":[\"QUIET\"],\"numbers\":{\"b\":-128,\"s\":32767,\"i\":-2147483648,"
                        + "\"l\":9223372036854775807,\"f\":0.1,\"d\":-1.5E+300,"
                        + "\"whole\":-123456789012345678901234567890,\"exact\":1.10,\"truth\":true}}");
        assertThat(Value.bytes(value.asBytes()).as(codec)).isEqualTo(config);
    }

    @Test
    void aRecordMayContainItself() {
        RecordCodec<Tree> codec = RecordCodec.of(Tree.class);
        Tree leaf = new Tree("leaf", List.of(), Optional.empty());
        Tree tree = new Tree("root", List.of(leaf, leaf), Optional.of(leaf));
        assertThat(codec.decode(codec.encode(tree))).isEqualTo(tree);
        assertThat(RecordCodec.of(Empty.class).decode(Value.text("{}"))).isEqualTo(new Empty());
    }

    @Test
    void nullIsAnEmptyOptionalAndOrderDoesNotMatter() {
        assertThat(RecordCodec.of(Item.class).decode(Value.text("{\"count\":null,\"name\":\"x\"}")))
                .isEqualTo(new Item("x", Optional.empty()));
        assertThat(RecordCodec.of(Small.class).decode(Value.text("{\"level\":1.0e1}")))
                .isEqualTo(new Small(10));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[]                              | $: an object is expected, but this is an array",
                "{}                              | $.name: missing",
                "{\"name\":null}                 | $.name: a string is expected, but this is null",
                "{\"name\":1}                    | $.name: a string is expected, but this is a number",
                "{\"name\":\"\",\"x\":1}         | $.x: unknown; the members are [name, count]",
                "{\"name\":\"\",\"count\":\"1\"} | $.count: a whole number from -2^31 to 2^31 - 1 is expected, but this is a string",
                "{\"name\":\"\",\"count\":1.5}   | $.count: a whole number from -2^31 to 2^31 - 1 is expected, but this is another number",
                "{\"name\":\"\",\"count\":2147483648}   | $.count: a whole number",
                "{\"name\":\"\",\"count\":1e999999999}  | $.count: a whole number",
                "{\"name\":\"\",\"count\":1e-999999999} | $.count: a whole number",
                "{\"name\":\"\",\"count\":1e99999999999} | $.count: a whole number",
                "{\"name\":\"\",\"name\":\"\"}   | line 1, column 12: the name \"name\" is there twice",
                "x                               | line 1, column 1: a value is expected"
            })
    void saysWhereAndWhyItDoesNotFit(String document, String problem) {
        assertThatThrownBy(() -> RecordCodec.of(Item.class).decode(Value.text(document)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(problem);
    }

    @Test
    void saysWhereDeepInside() {
        RecordCodec<Config> codec = RecordCodec.of(Config.class);
        assertThatThrownBy(() ->
                        codec.decode(Value.text("{\"mode\":\"QUIET\",\"items\":[{\"name\":\"\"},{\"name\":true}]}")))
                .hasMessage("$.items[1].name: a string is expected, but this is true or false");
        assertThatThrownBy(() -> codec.decode(Value.text("{\"mode\":\"SHY\"}")))
                .hasMessage("$.mode: one of [QUIET, LOUD] is expected, but this is another string");
        assertThatThrownBy(() -> RecordCodec.of(Small.class).decode(Value.text("{\"level\":-1}")))
                .hasMessageContaining("$: Small refuses it: ")
                .hasMessageContaining("below zero");
        assertThatThrownBy(() -> codec.decode(Value.bytes(new byte[] {-1}))).hasMessageContaining("UTF-8");
    }

    @Test
    void numbersThatAreTooLargeAreRefusedQuickly() {
        for (String member : List.of("\"f\":1e39", "\"d\":1e309", "\"whole\":1e1001", "\"whole\":1e-999999999")) {
            String name = member.substring(1, member.indexOf('"', 1));
            String all = "{\"b\":1,\"s\":1,\"i\":1,\"l\":1,\"f\":1,\"d\":1,\"whole\":1,\"exact\":1,\"truth\":true}";
            String bad = all.replace("\"" + name + "\":1", member);
            assertThatThrownBy(() -> RecordCodec.of(Numbers.class).decode(Value.text(bad)))
                    .as(member)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("$." + name);
        }
    }

    @Test
    void whatJsonHasNoPlaceForIsNotWritten() {
        RecordCodec<Numbers> numbers = RecordCodec.of(Numbers.class);
        Numbers nan = new Numbers((byte) 0, (short) 0, 0, 0L, Float.NaN, 0.0, BigInteger.ONE, BigDecimal.ONE, false);
        assertThatThrownBy(() -> numbers.encode(nan)).hasMessage("$.f: NaN is no number of JSON");
        BigInteger huge = BigInteger.TEN.pow(1_000);
        Numbers tooLong = new Numbers((byte) 0, (short) 0, 0, 0L, 0, 0.0, huge, BigDecimal.ONE, false);
        assertThatThrownBy(() -> numbers.encode(tooLong)).hasMessageContaining("$.whole: a number has up to 1000");
        List<Tree> nulls = Arrays.asList((Tree) null);
        assertThatThrownBy(() -> RecordCodec.of(Tree.class).encode(new Tree("x", nulls, Optional.empty())))
                .hasMessage("$.children[0]: null cannot be written; an Optional may be empty");
        List<Tree> itself = new ArrayList<>();
        Tree endless = new Tree("x", itself, Optional.empty());
        itself.add(endless);
        assertThatThrownBy(() -> RecordCodec.of(Tree.class).encode(endless)).hasMessageContaining("100 levels");
    }

    private record OfMap(Map<String, String> map) {}

    private record OfObject(Object object) {}

    @SuppressWarnings("ArrayRecordComponent")
    private record OfArray(int[] array) {}

    @SuppressWarnings("rawtypes")
    private record OfRawList(List list) {}

    private record OfWildcard(List<?> list) {}

    private record OfTwice(Optional<Optional<String>> twice) {}

    private record Outer(OfObject inner) {}

    private record Generic<T>(T value) {}

    static List<Class<? extends Record>> unsupported() {
        return List.of(
                OfMap.class,
                OfObject.class,
                OfArray.class,
                OfRawList.class,
                OfWildcard.class,
                OfTwice.class,
                Outer.class,
                Generic.class);
    }

    @ParameterizedTest
    @MethodSource("unsupported")
    void componentsOfOtherTypesAreNamedAtOnce(Class<? extends Record> type) {
        assertThatThrownBy(() -> RecordCodec.of(type))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(type == Outer.class ? "OfObject.object" : type.getSimpleName());
    }
}
