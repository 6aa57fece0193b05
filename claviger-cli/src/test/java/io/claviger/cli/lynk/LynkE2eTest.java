package io.claviger.cli.lynk;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.dynamodb.DynamoLayout;
import io.claviger.dynamodb.DynamoTables;
import io.claviger.dynamodb.TableOptions;
import io.claviger.testkit.DynamoEmulator;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every row of the original's command line, on an emulated DynamoDB. */
class LynkE2eTest {
    private static final AtomicInteger TABLES = new AtomicInteger();

    private final String table = "lynk-" + TABLES.incrementAndGet();

    /** What a run of the command left behind. */
    private record Result(int status, String out, String err) {}

    @BeforeEach
    void giveCredentials() {
        System.setProperty("aws.accessKeyId", "test");
        System.setProperty("aws.secretAccessKey", "test");
    }

    private static Result lynk(URI endpoint, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int status = new Lynk(
                        () -> tables(endpoint),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8))
                .execute(args);
        return new Result(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static Result lynk(String... args) {
        return lynk(DynamoEmulator.endpoint(), args);
    }

    private static DynamoTables tables(URI endpoint) {
        return DynamoTables.builder().region("eu-west-1").endpoint(endpoint).open();
    }

    @Test
    void createListDelete() {
        assertThat(lynk("create-table", table)).isEqualTo(new Result(0, "Creating table " + table + "\nCreated\n", ""));
        assertThat(lynk("create-table", table)).isEqualTo(new Result(0, "Table " + table + " already exists.\n", ""));
        Result listing = lynk("list-tables");
        assertThat(listing.status()).isZero();
        assertThat(listing.err()).isEmpty();
        assertThat(listing.out().lines()).contains(table);
        assertThat(lynk("delete-table", table)).isEqualTo(new Result(0, "Deleting table " + table + "\nDeleted\n", ""));
        assertThat(lynk("delete-table", table)).isEqualTo(new Result(0, "Table " + table + " does not exist.\n", ""));
        assertThat(lynk("list-tables").out().lines()).doesNotContain(table);
    }

    @Test
    void listing_hasOnlyTablesOfLynk() {
        try (DynamoTables tables = tables(DynamoEmulator.endpoint())) {
            tables.create(table, TableOptions.of(DynamoLayout.NATIVE));
            assertThat(lynk("list-tables").out().lines()).doesNotContain(table);
        }
    }

    @Test
    void existingTableOfAnotherLayout_isLeftAsItIs() {
        try (DynamoTables tables = tables(DynamoEmulator.endpoint())) {
            tables.create(table, TableOptions.of(DynamoLayout.DYNALOCK));
            assertThat(lynk("create-table", table))
                    .isEqualTo(new Result(
                            0,
                            "Table " + table + " already exists.\n",
                            "lynk: the table '" + table
                                    + "' exists with the key id (S), name (sort key, S), but the layout "
                                    + "lynk needs the key lockKey (S); it was left as it is\n"));
            assertThat(tables.find(table).orElseThrow().layout()).contains(DynamoLayout.DYNALOCK);
        }
    }

    @Test
    void errorsOfAws_areOneLine() {
        assertThat(lynk(URI.create("http://nowhere.invalid"), "list-tables"))
                .isEqualTo(new Result(
                        1, "", "lynk: no answer from DynamoDB: there is no host of the name nowhere.invalid\n"));
        Result badName = lynk("create-table", "a!");
        assertThat(badName.status()).isEqualTo(1);
        assertThat(badName.err()).startsWith("lynk: ").hasLineCount(1);
    }

    @Test
    void wrongUse_doesNotAskForCredentials() {
        assertThat(lynk(URI.create("http://nowhere.invalid")).status()).isEqualTo(2);
        assertThat(lynk(URI.create("http://nowhere.invalid"), "--help").status())
                .isZero();
    }
}
