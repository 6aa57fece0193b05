package io.claviger.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.RejectedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.Tag;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveDescription;

/** Tables of an emulated DynamoDB. */
class DynamoTablesE2eTest {
    @SuppressWarnings("NullAway.Init") // set before each test
    private DynamoDbAsyncClient client;

    @SuppressWarnings("NullAway.Init") // set before each test
    private DynamoTables tables;

    @BeforeEach
    void open() {
        client = Emulator.running().client();
        tables = DynamoTables.builder().client(client).open();
    }

    @AfterEach
    void close() {
        tables.close();
    }

    private TableDescription describe(String name) {
        return client.describeTable(table -> table.tableName(name)).join().table();
    }

    private Map<String, String> tags(String name) {
        return client
                .listTagsOfResource(table -> table.resourceArn(describe(name).tableArn()))
                .join()
                .tags()
                .stream()
                .collect(Collectors.toMap(Tag::key, Tag::value));
    }

    private TimeToLiveDescription timeToLive(String name) {
        return client.describeTimeToLive(table -> table.tableName(name)).join().timeToLiveDescription();
    }

    @ParameterizedTest
    @EnumSource
    void create_makesATableThatClientsOfTheLayoutCanUse(DynamoLayout layout) {
        String name = "create-" + TableSchema.word(layout);
        assertThat(tables.create(name, TableOptions.of(layout))).isEqualTo(new TableCreation.Created(List.of()));
        TableSchema schema = TableSchema.of(layout);
        TableDescription made = describe(name);
        assertThat(made.keySchema()).isEqualTo(schema.keyElements());
        assertThat(made.billingModeSummary().billingMode()).isEqualTo(BillingMode.PAY_PER_REQUEST);
        assertThat(made.deletionProtectionEnabled()).isNotEqualTo(true);
        assertThat(tags(name)).isEqualTo(schema.tags());
        assertThat(timeToLive(name).attributeName()).isEqualTo(schema.timeToLive());
        assertThat(timeToLive(name).timeToLiveStatusAsString()).isEqualTo("ENABLED");

        assertThat(tables.create(name, TableOptions.of(layout)))
                .isEqualTo(new TableCreation.Existed(List.of(), List.of()));
        assertThat(tables.find(name))
                .contains(new TableEntry(
                        name,
                        java.util.Optional.of(layout),
                        schema.keyInWords(),
                        "ACTIVE",
                        false,
                        layout == DynamoLayout.LYNK,
                        TableEntry.Tags.READ));
    }

    @Test
    void create_givesATableThatFitsWhatItLacks_andItemsStay() {
        String name = Emulator.running().newTable();
        client.putItem(item -> item.tableName(name).item(Attributes.of(new Item(Map.of(Table.KEY, "mine")))))
                .join();
        assertThat(tables.find(name).orElseThrow().layout()).isEmpty();
        assertThat(tables.create(name, TableOptions.of(DynamoLayout.LYNK).withDeletionProtection()))
                .isEqualTo(new TableCreation.Existed(
                        List.of(
                                "the tag claviger=lynk, lynk=lock-table",
                                "time to live by expireAt",
                                "deletion protection"),
                        List.of()));
        assertThat(tags(name)).isEqualTo(TableSchema.of(DynamoLayout.LYNK).tags());
        assertThat(describe(name).deletionProtectionEnabled()).isTrue();
        assertThat(client.scan(scan -> scan.tableName(name)).join().count()).isEqualTo(1);
    }

    @Test
    void create_ofAnotherKeyOrLayout_changesNothing() {
        String other = Emulator.running().newTable("pk", "sk");
        assertThat(tables.create(other, TableOptions.of(DynamoLayout.NATIVE)))
                .isEqualTo(
                        new TableCreation.Unfit(
                                "the table '" + other
                                        + "' exists with the key pk (S), sk (sort key, S), but the layout native needs the key lockKey (S)"));
        assertThat(tags(other)).isEmpty();

        tables.create("of-lynk", TableOptions.of(DynamoLayout.LYNK));
        assertThat(tables.create("of-lynk", TableOptions.of(DynamoLayout.NATIVE)))
                .isEqualTo(
                        new TableCreation.Unfit("the table 'of-lynk' exists for the layout lynk, as its tags say, but "
                                + "the layout asked for is native; all who use a table must agree on it"));
        assertThat(tags("of-lynk")).isEqualTo(TableSchema.of(DynamoLayout.LYNK).tags());
    }

    @Test
    void delete_waitsUntilItIsGone_butNeverTouchesAProtectedOne() {
        tables.create("to-delete", TableOptions.of(DynamoLayout.NATIVE));
        assertThat(tables.delete("to-delete")).isTrue();
        assertThat(tables.exists("to-delete")).isFalse();
        assertThat(tables.delete("to-delete")).isFalse();

        tables.create("to-keep", TableOptions.of(DynamoLayout.NATIVE).withDeletionProtection());
        assertThatThrownBy(() -> tables.delete("to-keep"))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("'to-keep' is protected against deletion")
                .hasMessageContaining("--no-deletion-protection-enabled");
        assertThat(tables.exists("to-keep")).isTrue();
    }

    @Test
    void listing_hasAllPages() {
        // A page of DynamoDB's has up to 100 names.
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 105; i++) {
            String name = "page-" + (1_000 + i);
            names.add(name);
            tables.create(name, TableOptions.of(DynamoLayout.DYNALOCK));
        }
        List<String> listed = new ArrayList<>();
        tables.forEach(entry -> {
            if (entry.name().startsWith("page-")) {
                assertThat(entry.layout()).contains(DynamoLayout.DYNALOCK);
                listed.add(entry.name());
            }
        });
        assertThat(listed).isEqualTo(names);
    }

    @Test
    void names_thatCannotBe_areRefusedHere() {
        for (String bad : List.of("ab", "a b c", "é", "a".repeat(256), "")) {
            assertThatThrownBy(() -> tables.create(bad, TableOptions.of(DynamoLayout.NATIVE)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("3 to 255 letters");
        }
    }

    @Test
    void clientsLockInATableThatWasMade() {
        tables.create("to-lock", TableOptions.of(DynamoLayout.NATIVE));
        try (var lock = DynamoConfig.builder("to-lock")
                .client(client)
                .connectTimeout(Duration.ofSeconds(20))
                .build()
                .connect()) {
            try (var lease = lock.lock("n").tryAcquire().orElseThrow()) {
                assertThat(lease.token().value()).isPositive();
            }
        }
    }
}
