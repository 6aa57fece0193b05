package io.claviger.cli.lynk;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.cli.lynk.LynkArguments.Help;
import io.claviger.cli.lynk.LynkArguments.Task;
import io.claviger.cli.lynk.LynkArguments.Verb;
import io.claviger.cli.lynk.LynkArguments.Wrong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command line of the original, whose own texts stand here. */
class LynkArgumentsTest {
    private static final String USAGE = "usage: lynk [-h] {create-table,delete-table,list-tables} ...\n";

    private static LynkArguments.Meaning parse(String line) {
        return LynkArguments.parse(line.isEmpty() ? new String[0] : line.split(" ", -1));
    }

    @Test
    void tasks() {
        assertThat(parse("create-table abc")).isEqualTo(new Task(Verb.CREATE_TABLE, "abc"));
        assertThat(parse("delete-table abc")).isEqualTo(new Task(Verb.DELETE_TABLE, "abc"));
        assertThat(parse("list-tables")).isEqualTo(new Task(Verb.LIST_TABLES, ""));
        assertThat(parse("create-table -- -a")).isEqualTo(new Task(Verb.CREATE_TABLE, "-a"));
        assertThat(parse("create-table -5")).isEqualTo(new Task(Verb.CREATE_TABLE, "-5"));
    }

    @ParameterizedTest
    @CsvSource({"--help", "-h", "--he", "-h create-table", "-v --help"})
    void help(String line) {
        assertThat(parse(line))
                .isEqualTo(new Help(USAGE
                        + "\npositional arguments:\n  {create-table,delete-table,list-tables}\n\noptions:\n"
                        + "  -h, --help            show this help message and exit\n"));
    }

    @Test
    void helpOfASubcommand() {
        assertThat(parse("create-table -h")).isEqualTo(new Help("""
                usage: lynk create-table [-h] table_name

                positional arguments:
                  table_name

                options:
                  -h, --help  show this help message and exit
                """));
        assertThat(parse("list-tables --help")).isEqualTo(new Help("""
                usage: lynk list-tables [-h]

                options:
                  -h, --help  show this help message and exit
                """));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "foo | argument {create-table,delete-table,list-tables}: invalid choice: 'foo' (choose from 'create-table', "
                        + "'delete-table', 'list-tables')",
                "-- create-table | argument {create-table,delete-table,list-tables}: invalid choice: '--' (choose from "
                        + "'create-table', 'delete-table', 'list-tables')",
                "list-tables x | unrecognized arguments: x",
                "create-table a b | unrecognized arguments: b",
                "--version | unrecognized arguments: --version",
                "create-table --x a | unrecognized arguments: --x",
                "list-tables --x y | unrecognized arguments: --x y",
                "-v list-tables | unrecognized arguments: -v",
                "-hx | argument -h/--help: ignored explicit argument 'x'",
                "'' | the following arguments are required: {create-table,delete-table,list-tables}",
            })
    void errors(String line, String problem) {
        assertThat(parse(line)).isEqualTo(new Wrong(USAGE + "lynk: error: " + problem + "\n"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "create-table | the following arguments are required: table_name | ' table_name'",
                "delete-table | the following arguments are required: table_name | ' table_name'",
                "list-tables -h=3 | argument -h/--help: ignored explicit argument '3' | ''",
                "list-tables --help=3 | argument -h/--help: ignored explicit argument '3' | ''",
            })
    void errorsOfASubcommand(String line, String problem, String operands) {
        String verb = line.split(" ", 2)[0];
        assertThat(parse(line))
                .isEqualTo(new Wrong(
                        "usage: lynk " + verb + " [-h]" + operands + "\nlynk " + verb + ": error: " + problem + "\n"));
    }
}
