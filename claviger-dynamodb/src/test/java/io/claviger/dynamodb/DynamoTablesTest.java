package io.claviger.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.RejectedException;
import io.claviger.UnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.CreateTableResponse;
import software.amazon.awssdk.services.dynamodb.model.DeleteTableResponse;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableResponse;
import software.amazon.awssdk.services.dynamodb.model.DescribeTimeToLiveResponse;
import software.amazon.awssdk.services.dynamodb.model.ListTablesResponse;
import software.amazon.awssdk.services.dynamodb.model.ListTagsOfResourceResponse;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;
import software.amazon.awssdk.services.dynamodb.model.Tag;
import software.amazon.awssdk.services.dynamodb.model.TagResourceResponse;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;
import software.amazon.awssdk.services.dynamodb.model.UpdateContinuousBackupsResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateTimeToLiveResponse;

/** What goes wrong or takes long with tables at AWS, and in no emulator. Pauses are counted and not waited for. */
class DynamoTablesTest {
    private static final Object ABSENT = ScriptedDynamo.failure("ResourceNotFoundException", "none");
    private static final TableOptions NATIVE = TableOptions.of(DynamoLayout.NATIVE);

    private final ScriptedDynamo service = new ScriptedDynamo();
    private final List<Long> pauses = new ArrayList<>();

    private DynamoTables tables() {
        return new DynamoTables(service.client(), () -> {}, Duration.ofMinutes(5), pauses::add);
    }

    private static Object table(TableStatus status) {
        TableSchema schema = TableSchema.of(DynamoLayout.NATIVE);
        return DescribeTableResponse.builder()
                .table(table -> table.tableName("locks")
                        .tableArn("arn:aws:dynamodb:eu-west-1:1:table/locks")
                        .tableStatus(status)
                        .keySchema(schema.keyElements())
                        .attributeDefinitions(schema.attributes()))
                .build();
    }

    private void answerTimeToLive(TimeToLiveStatus status, String attribute) {
        service.answer(
                "describeTimeToLive",
                DescribeTimeToLiveResponse.builder()
                        .timeToLiveDescription(
                                live -> live.timeToLiveStatus(status).attributeName(attribute))
                        .build());
        service.answer("updateTimeToLive", UpdateTimeToLiveResponse.builder().build());
    }

    private void answerCreation() {
        service.answer("describeTable", ABSENT);
        service.answer("createTable", CreateTableResponse.builder().build());
    }

    @Test
    void create_asksUntilTheTableIsActive_quicklyAtFirst() {
        answerCreation();
        service.answer("describeTable", ABSENT); // DynamoDB's answers may lag behind
        for (int i = 0; i < 20; i++) {
            service.answer("describeTable", table(TableStatus.CREATING));
        }
        service.answer("describeTable", table(TableStatus.ACTIVE));
        service.answer("tagResource", TagResourceResponse.builder().build());
        answerTimeToLive(TimeToLiveStatus.DISABLED, "");
        assertThat(tables().create("locks", NATIVE)).isEqualTo(new TableCreation.Created(List.of()));
        assertThat(pauses).hasSize(21).startsWith(20_000_000L, 30_000_000L).isSorted();
        assertThat(Collections.max(pauses)).isEqualTo(500_000_000L);
        assertThat(service.asked()).endsWith("tagResource", "describeTimeToLive", "updateTimeToLive");
    }

    @Test
    void create_givesUpOnATableThatNeverBecomesActive() {
        answerCreation();
        service.answer("describeTable", table(TableStatus.CREATING));
        assertThatThrownBy(() -> tables().create("locks", NATIVE))
                .isInstanceOf(UnavailableException.class)
                .hasMessageMatching("the table 'locks' is not ready after 30\\d s; the same again goes on waiting");
    }

    @Test
    void create_survivesThatNothingButTheTableCanBeHad() {
        answerCreation();
        service.answer("describeTable", table(TableStatus.ACTIVE));
        Object denied = ScriptedDynamo.failure("AccessDeniedException", "not authorized to perform that");
        service.answer("tagResource", denied);
        service.answer("describeTimeToLive", denied);
        service.answer("updateContinuousBackups", denied);
        TableCreation made = tables().create("locks", NATIVE.withPointInTimeRecovery());
        assertThat(made)
                .isEqualTo(new TableCreation.Created(List.of(
                        "the tag claviger=native could not be set on 'locks', so listings do not show it: access to the "
                                + "table 'locks' is denied (AccessDeniedException): not authorized to perform that",
                        "time to live by expireAt could not be set on 'locks', so old items stay in it: access to the "
                                + "table 'locks' is denied (AccessDeniedException): not authorized to perform that",
                        "point-in-time recovery could not be set on 'locks': access to the table 'locks' is denied "
                                + "(AccessDeniedException): not authorized to perform that")));
    }

    @Test
    void create_setsRecovery() {
        answerCreation();
        service.answer("describeTable", table(TableStatus.ACTIVE));
        service.answer("tagResource", TagResourceResponse.builder().build());
        service.answer(
                "updateContinuousBackups",
                UpdateContinuousBackupsResponse.builder().build());
        answerTimeToLive(TimeToLiveStatus.DISABLED, "");
        assertThat(tables().create("locks", NATIVE.withPointInTimeRecovery()))
                .isEqualTo(new TableCreation.Created(List.of()));
        assertThat(service.asked()).endsWith("updateContinuousBackups");
    }

    @Test
    void create_thatSomebodyElseWins_takesHisTable() {
        service.answer("describeTable", ABSENT).answer("describeTable", table(TableStatus.ACTIVE));
        service.answer("createTable", ScriptedDynamo.failure("ResourceInUseException", "exists"));
        service.answer(
                "listTagsOfResource",
                ListTagsOfResourceResponse.builder()
                        .tags(Tag.builder().key("claviger").value("native").build())
                        .build());
        answerTimeToLive(TimeToLiveStatus.ENABLING, "expireAt");
        assertThat(tables().create("locks", NATIVE)).isEqualTo(new TableCreation.Existed(List.of(), List.of()));
    }

    @Test
    void create_leavesAnotherTimeToLiveAlone_andSaysSo() {
        service.answer("describeTable", table(TableStatus.ACTIVE));
        service.answer(
                "listTagsOfResource", ListTagsOfResourceResponse.builder().build());
        service.answer("tagResource", TagResourceResponse.builder().build());
        answerTimeToLive(TimeToLiveStatus.ENABLED, "ttl");
        assertThat(tables().create("locks", NATIVE))
                .isEqualTo(new TableCreation.Existed(
                        List.of("the tag claviger=native"),
                        List.of("time to live by expireAt could not be set on 'locks', so old items stay in it: it "
                                + "deletes by the attribute ttl")));
        assertThat(service.asked()).doesNotContain("updateTimeToLive");
    }

    @Test
    void create_ofATableThatIsBeingDeleted_isRefused() {
        service.answer("describeTable", table(TableStatus.DELETING));
        assertThatThrownBy(() -> tables().create("locks", NATIVE))
                .isInstanceOf(RejectedException.class)
                .hasMessage("the table 'locks' is being deleted; try again when it is gone");
    }

    @Test
    void create_thatIsDenied_isOneError() {
        service.answer("describeTable", ABSENT);
        service.answer("createTable", ScriptedDynamo.failure("AccessDeniedException", "no"));
        assertThatThrownBy(() -> tables().create("locks", NATIVE))
                .isInstanceOf(RejectedException.class)
                .hasMessage("access to the table 'locks' is denied (AccessDeniedException): no");
    }

    @Test
    void delete_waitsUntilTheTableIsGone() {
        service.answer("describeTable", table(TableStatus.ACTIVE))
                .answer("describeTable", table(TableStatus.DELETING))
                .answer("describeTable", table(TableStatus.DELETING))
                .answer("describeTable", ABSENT);
        service.answer("deleteTable", DeleteTableResponse.builder().build());
        assertThat(tables().delete("locks")).isTrue();
        assertThat(pauses).hasSize(2);
    }

    @Test
    void tags_thatCannotBeRead_areNoTags() {
        service.answer("describeTable", table(TableStatus.ACTIVE));
        service.answer("listTagsOfResource", ScriptedDynamo.failure("AccessDeniedException", "no"));
        service.answer(
                "listTagsOfResource",
                ScriptedDynamo.failure("ValidationException", "Tagging is not currently supported in DynamoDB Local."));
        assertThat(tables().find("locks").orElseThrow().tags()).isEqualTo(TableEntry.Tags.DENIED);
        TableEntry unsupported = tables().find("locks").orElseThrow();
        assertThat(unsupported.tags()).isEqualTo(TableEntry.Tags.UNSUPPORTED);
        assertThat(unsupported.layout()).isEqualTo(Optional.empty());
    }

    @Test
    void list_goesOnBehindATableThatMayNotBeLookedAt() {
        service.answer(
                "listTables",
                ListTablesResponse.builder().tableNames("foreign", "locks").build());
        service.answer("describeTable", ScriptedDynamo.failure("AccessDeniedException", "not authorized"))
                .answer("describeTable", table(TableStatus.ACTIVE));
        service.answer(
                "listTagsOfResource",
                ListTagsOfResourceResponse.builder()
                        .tags(Tag.builder().key("claviger").value("native").build())
                        .build());
        List<TableEntry> listed = new ArrayList<>();
        tables().forEach(listed::add);
        assertThat(listed).extracting(TableEntry::name).containsExactly("foreign", "locks");
        assertThat(listed.get(0))
                .isEqualTo(new TableEntry("foreign", Optional.empty(), "", "", false, false, TableEntry.Tags.DENIED));
        assertThat(listed.get(1).layout()).contains(DynamoLayout.NATIVE);
    }

    @Test
    void answersThatAreNoneOfDynamoDbs_areSaidToBe() {
        service.answer("listTables", ListTablesResponse.builder().build());
        service.answer("describeTable", DescribeTableResponse.builder().build());
        String noDynamo =
                "what answers at the endpoint is no DynamoDB (its answer lacks what is asked for); see whether the "
                        + "endpoint is right";
        assertThatThrownBy(() -> tables().forEach(entry -> {}))
                .isInstanceOf(RejectedException.class)
                .hasMessage(noDynamo);
        assertThatThrownBy(() -> tables().create("locks", NATIVE))
                .isInstanceOf(RejectedException.class)
                .hasMessage(noDynamo);
    }

    @Test
    void list_leavesOutATableThatIsGoneMeanwhile() {
        service.answer(
                "listTables",
                ListTablesResponse.builder().tableNames("gone", "locks").build());
        service.answer("describeTable", ABSENT).answer("describeTable", table(TableStatus.ACTIVE));
        service.answer(
                "listTagsOfResource", ListTagsOfResourceResponse.builder().build());
        List<TableEntry> listed = new ArrayList<>();
        tables().forEach(listed::add);
        assertThat(listed).extracting(TableEntry::name).containsExactly("locks");
    }

    @Test
    void create_writesNoTagOverThoseThatItMayNotRead() {
        service.answer("describeTable", table(TableStatus.ACTIVE));
        service.answer("listTagsOfResource", ScriptedDynamo.failure("AccessDeniedException", "no"));
        service.answer("tagResource", TagResourceResponse.builder().build());
        answerTimeToLive(TimeToLiveStatus.ENABLED, "expireAt");
        assertThat(tables().create("locks", NATIVE))
                .isEqualTo(new TableCreation.Existed(
                        List.of(),
                        List.of("the tag claviger=native was not set on 'locks', since the tags that it has may not be "
                                + "read (dynamodb:ListTagsOfResource)")));
        assertThat(service.asked()).doesNotContain("tagResource");
    }

    @Test
    void tags_areReadToTheLastPage() {
        service.answer("describeTable", table(TableStatus.ACTIVE));
        service.answer(
                        "listTagsOfResource",
                        ListTagsOfResourceResponse.builder()
                                .tags(Tag.builder().key("team").value("a").build())
                                .nextToken("more")
                                .build())
                .answer(
                        "listTagsOfResource",
                        ListTagsOfResourceResponse.builder()
                                .tags(Tag.builder()
                                        .key("lynk")
                                        .value("lock-table")
                                        .build())
                                .build());
        TableEntry entry = tables().find("locks").orElseThrow();
        assertThat(entry.layout()).contains(DynamoLayout.LYNK);
        assertThat(entry.lynk()).isTrue();
    }
}
