package io.claviger.cli.tcpnetlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The expected texts are those of Python's argparse for the original's options. */
class ArgParserTest {
    private static ArgParser parser() {
        return new ArgParser("prog", "usage: prog\n", "\nhelp\n", 10)
                .values("--host", "--port", "--retry", "--retry-wait")
                .flags("--keep-alive")
                .values("--keep-alive-secs")
                .flags("--debug", "--info");
    }

    private static ArgParser parse(String... args) {
        return parser().parse(args);
    }

    @Test
    void valueStandsInTheNextArgumentOrAfterTheEqualsSign() {
        assertThat(parse("--host", "a").value("--host")).hasValue("a");
        assertThat(parse("--host=a=b").value("--host")).hasValue("a=b");
        assertThat(parse("--host=").value("--host")).hasValue("");
        assertThat(parse("--host", "").value("--host")).hasValue("");
        assertThat(parse("--host", "-").value("--host")).hasValue("-");
        assertThat(parse("--host", "-x y").value("--host")).hasValue("-x y");
        assertThat(parse().value("--host")).isEmpty();
    }

    @Test
    void lastOfARepeatedOptionCounts() {
        assertThat(parse("--host", "a", "--host=b").value("--host")).hasValue("b");
    }

    @Test
    void optionsMayBeAbbreviatedUnlessAmbiguous() {
        assertThat(parse("--ho", "a").value("--host")).hasValue("a");
        assertThat(parse("--retry-=3").value("--retry-wait")).hasValue("3");
        assertThat(parse("--retry", "3").value("--retry")).hasValue("3");
        assertThat(parse("--i").has("--info")).isTrue();
        assertThat(parse("--keep-alive").has("--keep-alive")).isTrue();
    }

    @Test
    void operandsStandTogether_beforeOrAfterTheOptions() {
        assertThat(parse("--info", "a", "b").operands("x")).containsExactly("a", "b");
        assertThat(parse("a", "b", "--info").operands("x")).containsExactly("a", "b");
        assertThatThrownBy(() -> parse("a", "--info", "b").operands("x"))
                .hasMessage("usage: prog\nprog: error: unrecognized arguments: b");
    }

    @Test
    void afterTwoDashesEverythingIsAnOperand() {
        assertThat(parse("--", "--info", "-n", "--").operands("x")).containsExactly("--info", "-n", "--");
        assertThat(parse("echo", "--", "-n").operands("x")).containsExactly("echo", "-n");
    }

    @Test
    void whatLooksLikeANumberOrHoldsASpaceIsAnOperand() {
        assertThat(parse("-5", "-.5", "-x y", "-").operands("x")).containsExactly("-5", "-.5", "-x y", "-");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    -n              | unrecognized arguments: -n
                    --nope=3        | unrecognized arguments: --nope=3
                    -hx             | unrecognized arguments: -hx
                    --keep          | ambiguous option: --keep could match --keep-alive, --keep-alive-secs
                    --ret=1         | ambiguous option: --ret=1 could match --retry, --retry-wait
                    --h             | ambiguous option: --h could match --help, --host
                    --info=3        | argument --info: ignored explicit argument '3'
                    --help=3        | argument -h/--help: ignored explicit argument '3'
                    --host          | argument --host: expected one argument
                    """)
    void wrongOptionIsNamed(String arg, String message) {
        assertThatThrownBy(() -> parse("operand", arg).operands("x"))
                .isInstanceOf(UsageException.class)
                .hasMessage("usage: prog\nprog: error: " + message);
    }

    @Test
    void valueMustNotLookLikeAnOption() {
        for (String next : new String[] {"--info", "--", "-n", "--unknown"}) {
            assertThatThrownBy(() -> parse("--host", next))
                    .hasMessageEndingWith("error: argument --host: expected one argument");
        }
    }

    @Test
    void missingOperandIsNamed_evenBesideAnUnknownOption() {
        assertThatThrownBy(() -> parse("-n").operands("command"))
                .hasMessageEndingWith("error: the following arguments are required: command");
    }

    @Test
    void tooManyOperandsAreNamed() {
        assertThatThrownBy(() ->
                        new ArgParser("prog", "", "", 1).parse("a", "b", "c").operands("x"))
                .hasMessageEndingWith("error: unrecognized arguments: b c");
    }

    @ParameterizedTest
    @CsvSource({
        "1.5, invalid int value: '1.5'",
        "'', invalid int value: ''",
        "x, invalid int value: 'x'",
        "0x10, invalid int value: '0x10'",
        "99999999999999999999, invalid int value: '99999999999999999999'",
        "-1, -1 is an invalid positive int value"
    })
    void wrongNumberIsNamed(String text, String message) {
        assertThatThrownBy(() -> parse("--retry=" + text).number("--retry", "0", 0))
                .hasMessageEndingWith("error: argument --retry: " + message);
    }

    @Test
    void numberFallsBack_andIsCheckedThenToo() {
        assertThat(parse().number("--retry", "7", 0)).isEqualTo(7);
        assertThat(parse("--retry", " +3 ").number("--retry", "7", 0)).isEqualTo(3);
        assertThatThrownBy(() -> parse().number("--retry", "x", 0)).hasMessageEndingWith("invalid int value: 'x'");
        assertThat(parse("--retry=1").number("--retry", "x", 0)).isEqualTo(1);
    }

    @Test
    void portHasItsRange() {
        assertThat(parse("--port=65535").port("1")).isEqualTo(65535);
        assertThat(parse().port("1")).isEqualTo(1);
        assertThatThrownBy(() -> parse("--port", "65536").port("1"))
                .hasMessageEndingWith("argument --port: port must be 0-65535.");
        assertThatThrownBy(() -> parse("--port", "-1").port("1"))
                .hasMessageEndingWith("argument --port: -1 is an invalid positive int value");
    }

    @Test
    void helpGoesToStandardOutputWithStatus0_errorsToStandardErrorWithStatus2() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream outStream = new PrintStream(out, true, StandardCharsets.UTF_8);
        PrintStream errStream = new PrintStream(err, true, StandardCharsets.UTF_8);

        for (String option : new String[] {"-h", "--help", "--he"}) {
            assertThatThrownBy(() -> parse("--info", option, "--nope"))
                    .isInstanceOfSatisfying(
                            UsageException.class,
                            e -> assertThat(e.report(outStream, errStream)).isZero());
        }
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("usage: prog\n\nhelp\n".repeat(3));
        assertThat(err.size()).isZero();

        assertThat(parser().error("wrong").report(outStream, errStream)).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("usage: prog\nprog: error: wrong\n");
    }
}
