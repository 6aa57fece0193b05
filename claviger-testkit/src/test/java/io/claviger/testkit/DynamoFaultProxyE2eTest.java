package io.claviger.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.testkit.DynamoFault.AppliedButCut;
import io.claviger.testkit.DynamoFault.AppliedButError;
import io.claviger.testkit.DynamoFault.Duplicated;
import io.claviger.testkit.DynamoFault.Late;
import io.claviger.testkit.DynamoFault.ServerError;
import io.claviger.testkit.DynamoFault.StaleRead;
import io.claviger.testkit.DynamoFaultProxy.Incident;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The proxy before an emulated DynamoDB. */
@Timeout(60)
class DynamoFaultProxyE2eTest {
    private static final AtomicInteger TABLES = new AtomicInteger();
    private static final Duration A_MOMENT = Duration.ofMillis(50);
    private static final Duration LONG = Duration.ofSeconds(30);

    private final DynamoFaultProxy proxy = DynamoFaultProxy.to(DynamoEmulator.endpoint());
    private final WireClient client = new WireClient(proxy.endpoint());
    private final String table = "\"TableName\":\"proxied-" + TABLES.incrementAndGet() + "\"";
    private final String key = "{" + table + ",\"Key\":{\"id\":{\"S\":\"x\"}}";
    private final String countUp =
            key + ",\"UpdateExpression\":\"ADD n :1\",\"ExpressionAttributeValues\":{\":1\":{\"N\":\"1\"}}}";

    @BeforeEach
    void makeTable() throws IOException {
        String made = client.ask(
                        "CreateTable",
                        "{" + table + ",\"BillingMode\":\"PAY_PER_REQUEST\","
                                + "\"AttributeDefinitions\":[{\"AttributeName\":\"id\",\"AttributeType\":\"S\"}],"
                                + "\"KeySchema\":[{\"AttributeName\":\"id\",\"KeyType\":\"HASH\"}]}")
                .body();
        assertThat(made).contains("TableStatus");
    }

    @AfterEach
    void close() {
        proxy.close();
    }

    private void assertCount(int expected) throws IOException {
        assertThat(client.ask("GetItem", key + ",\"ConsistentRead\":true}").body())
                .contains("\"n\":{\"N\":\"" + expected + "\"}");
    }

    @Test
    void whatIsAppliedIsInTheTable_andWhatIsNotIsNot() throws IOException {
        proxy.next("UpdateItem", new AppliedButError(), new ServerError(), new AppliedButCut());
        assertThat(client.ask("UpdateItem", countUp).statusCode()).isEqualTo(500);
        assertCount(1);
        assertThat(client.ask("UpdateItem", countUp).statusCode()).isEqualTo(500);
        assertCount(1);
        client.askInVain("UpdateItem", countUp);
        assertCount(2);
        assertThat(proxy.incidents()).extracting(Incident::isApplied).containsExactly(true, false, true);
    }

    @Test
    void lateCopiesAreApplied() throws IOException {
        proxy.next("UpdateItem", new Duplicated(A_MOMENT), new Late(A_MOMENT));
        assertThat(client.ask("UpdateItem", countUp).statusCode()).isEqualTo(200);
        client.askInVain("UpdateItem", countUp);
        proxy.awaitArrivals(LONG);
        assertCount(3);
    }

    @Test
    void staleReadTellsWhatWas() throws IOException {
        client.ask("UpdateItem", countUp);
        String first = client.ask("GetItem", key + "}").body();
        client.ask("UpdateItem", countUp);
        proxy.every("GetItem", new StaleRead());
        assertThat(client.ask("GetItem", key + "}").body()).isEqualTo(first);
        assertCount(2);
    }

    @Test
    void transactionThatIsRepeatedIsDoneOnce() throws IOException {
        String transaction = "{\"ClientRequestToken\":\"t\",\"TransactItems\":[{\"Update\":" + countUp + "}]}";
        proxy.next("TransactWriteItems", new AppliedButError(), new Duplicated(A_MOMENT));
        assertThat(client.ask("TransactWriteItems", transaction).statusCode()).isEqualTo(500);
        assertThat(client.ask("TransactWriteItems", transaction).statusCode()).isEqualTo(200);
        proxy.awaitArrivals(LONG);
        assertCount(1);
        assertThat(proxy.incidents()).hasSize(2).allMatch(Incident::isApplied);
    }
}
