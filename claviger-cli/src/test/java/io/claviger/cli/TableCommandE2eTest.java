package io.claviger.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code claviger table} on an emulated DynamoDB. */
class TableCommandE2eTest {
    private static final AtomicInteger TABLES = new AtomicInteger();

    private final String table = "cli-" + TABLES.incrementAndGet();

    @SuppressWarnings("NullAway.Init") // set before each test
    private Map<String, String> environment;

    @BeforeEach
    void findEmulator() {
        environment = Emulated.here();
    }

    private InJvm claviger(String... args) throws Exception {
        InJvm run = InJvm.start(new ClientOpener(), environment, args);
        run.status();
        return run;
    }

    private void assertRun(int status, String out, String err, String... args) throws Exception {
        InJvm run = claviger(args);
        assertThat(run.err()).isEqualTo(err);
        assertThat(run.out()).isEqualTo(out);
        assertThat(run.status()).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({"native, lockKey (S)", "lynk, lockKey (S)", "dynalock, 'id (S), name (sort key, S)'"})
    void create_list_delete(String layout, String key) throws Exception {
        String name = "layout-" + layout;
        assertRun(
                0,
                "created table " + name + ", layout " + layout + "\n",
                "",
                "table",
                "create",
                name,
                "--layout",
                layout);
        assertRun(
                0,
                "table " + name + " exists already, layout " + layout + "\n",
                "",
                "table",
                "create",
                name,
                "--layout=" + layout);
        InJvm listing = claviger("table", "list");
        assertThat(listing.out().lines().findFirst().orElseThrow()).matches("TABLE +LAYOUT +STATUS +PROTECTED +KEY");
        assertThat(listing.out().lines().filter(line -> line.startsWith(name + " ")))
                .singleElement()
                .asString()
                .matches(name + " +" + layout + " +ACTIVE +no +" + java.util.regex.Pattern.quote(key));
        assertThat(claviger("table", "list", "--json").out())
                .startsWith("{\"tables\":[{\"name\":")
                .contains("{\"name\":\"" + name + "\",\"layout\":\"" + layout
                        + "\",\"status\":\"ACTIVE\",\"deletion_protection\":false,\"key\":\"" + key
                        + "\",\"tags_read\":true}");
        assertRun(0, "deleted table " + name + "\n", "", "table", "delete", "--yes", name);
        assertRun(1, "", "claviger table delete: there is no table '" + name + "'\n", "table", "delete", "--yes", name);
    }

    @Test
    void create_ofAnotherLayout_isRefusedInALineThatNamesBoth() throws Exception {
        claviger("table", "create", table);
        assertRun(
                1,
                "",
                "claviger table create: the table '" + table
                        + "' exists with the key lockKey (S), but the layout dynalock "
                        + "needs the key id (S), name (sort key, S)\n",
                "table",
                "create",
                table,
                "--layout",
                "dynalock");
        assertRun(
                1,
                "",
                "claviger table create: the table '" + table
                        + "' exists for the layout native, as its tags say, but the "
                        + "layout asked for is lynk; all who use a table must agree on it\n",
                "table",
                "create",
                table,
                "--layout",
                "lynk");
    }

    @Test
    void protectedTable_isNotDeleted() throws Exception {
        claviger("table", "create", table, "--deletion-protection");
        assertThat(claviger("table", "list").out()).containsPattern(table + " +native +ACTIVE +yes");
        assertRun(
                1,
                "",
                "claviger table delete: the table '" + table
                        + "' is protected against deletion; switch that off first, "
                        + "with aws dynamodb update-table --table-name " + table
                        + " --no-deletion-protection-enabled\n",
                "table",
                "delete",
                "--yes",
                "--any",
                table);
    }

    @Test
    void foreignTable_isNeitherListedNorDeleted_unlessThatIsAskedFor() throws Exception {
        ForeignTables.create(table);
        InJvm listing = claviger("table", "list");
        assertThat(listing.out()).doesNotContain(table);
        assertThat(listing.err()).containsPattern("\\d+ tables? without a tag of ours (is|are) not shown; --all");
        assertThat(claviger("table", "list", "--all").out()).containsPattern(table + " +- +ACTIVE +no +pk \\(S\\)");
        assertRun(
                1,
                "",
                "claviger table delete: the table '" + table
                        + "' has no tag of Claviger's or lynk's, so it may hold other "
                        + "things than locks; --any deletes it nevertheless\n",
                "table",
                "delete",
                "--yes",
                table);
        assertRun(0, "deleted table " + table + "\n", "", "table", "delete", "--yes", "--any", table);
    }

    @Test
    void delete_withoutATerminalAndWithoutYes_isAWrongUse_whateverTheEnvironmentSays() throws Exception {
        claviger("table", "create", table);
        Map<String, String> eager = new HashMap<>(environment);
        eager.put("CLAVIGER_YES", "true");
        InJvm run = InJvm.start(new ClientOpener(), eager, "table", "delete", table);
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err())
                .isEqualTo(
                        "claviger table delete: standard input is no terminal, so nobody can be asked whether to delete "
                                + "the table '" + table + "'; --yes deletes it without asking\n");
        assertThat(claviger("table", "list").out()).contains(table);
    }

    @Test
    void delete_asksAtATerminal() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "skipped: no script, which makes a terminal");
        claviger("table", "create", table);
        assertThat(deleteAtTerminal("n").out())
                .contains("Delete the table '" + table + "' and all that is in it? [y/N] ", "was not deleted");
        assertThat(deleteAtTerminal("y").out()).contains("deleted table " + table);
        assertThat(claviger("table", "list").out()).doesNotContain(table + " ");
    }

    private Program.Result deleteAtTerminal(String answer) throws Exception {
        List<String> command = new ArrayList<>(
                List.of("sh", "-c", "answer=$1; shift; echo \"$answer\" | script -qec \"$*\" /dev/null", "_", answer));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Dclaviger.name=claviger",
                "-cp",
                "'" + System.getProperty("java.class.path") + "'",
                Main.class.getName(),
                "table",
                "delete",
                table));
        return Program.start(Emulated.environment(), command).await();
    }

    @Test
    void wrongUse_isOneLine() throws Exception {
        assertRun(2, "", "claviger table create: no table; name one: claviger table create TABLE\n", "table", "create");
        assertRun(
                2,
                "",
                "claviger table create: 'a b' is no name of a DynamoDB table: it has 3 to 255 letters, digits, '_', '-' "
                        + "and '.'\n",
                "table",
                "create",
                "a b");
        assertRun(
                2,
                "",
                "claviger table create: --layout: 'nativ' is none of native, lynk and dynalock (command line)\n",
                "table",
                "create",
                "abc",
                "--layout",
                "nativ");
        assertRun(
                2,
                "",
                "claviger table list: --endpoint-url: 'localhost:8000' is no address such as http://127.0.0.1:8000 (command "
                        + "line)\n",
                "table",
                "list",
                "--endpoint-url",
                "localhost:8000");
        assertRun(
                2,
                "",
                "claviger table list: --url: 'dynamodb:x' does not go with list (command line)\n",
                "--url",
                "dynamodb:x",
                "table",
                "list");
        InJvm none = claviger("table");
        assertThat(none.status()).isEqualTo(2);
        assertThat(none.err()).contains("Usage: claviger table", "create", "list", "delete");
    }

    @Test
    void unreachableService_isOneLine() throws Exception {
        assertRun(
                125,
                "",
                "claviger table list: no answer from DynamoDB: there is no host of the name nowhere.invalid\n",
                "table",
                "list",
                "--endpoint-url",
                "http://nowhere.invalid:8000");
    }
}
