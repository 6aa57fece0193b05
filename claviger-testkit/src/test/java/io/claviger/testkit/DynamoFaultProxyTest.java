package io.claviger.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.claviger.testkit.DynamoFault.AppliedButCut;
import io.claviger.testkit.DynamoFault.AppliedButError;
import io.claviger.testkit.DynamoFault.Cut;
import io.claviger.testkit.DynamoFault.Duplicated;
import io.claviger.testkit.DynamoFault.Late;
import io.claviger.testkit.DynamoFault.None;
import io.claviger.testkit.DynamoFault.ServerError;
import io.claviger.testkit.DynamoFault.SlowAfter;
import io.claviger.testkit.DynamoFault.SlowBefore;
import io.claviger.testkit.DynamoFault.StaleRead;
import io.claviger.testkit.DynamoFault.Throttled;
import io.claviger.testkit.DynamoFault.Throttled.Billing;
import io.claviger.testkit.DynamoFault.TransactionConflict;
import io.claviger.testkit.DynamoFault.TransactionInProgress;
import io.claviger.testkit.DynamoFault.Unavailable;
import io.claviger.testkit.DynamoFaultProxy.Incident;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The proxy before a small server that counts. */
@Timeout(60)
class DynamoFaultProxyTest {
    private static final Duration A_MOMENT = Duration.ofMillis(50);
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String UPDATE = "UpdateItem";
    private static final String READ = "{\"Key\":{\"id\":{\"S\":\"x\"}}}";
    private static final String READ_CONSISTENTLY = "{\"Key\":{\"id\":{\"S\":\"x\"}},\"ConsistentRead\":true}";

    private final List<String> arrived = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private DynamoFaultProxy proxy;
    private WireClient client;

    @BeforeEach
    void open() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            arrived.add(exchange.getRequestHeaders().getFirst("X-Amz-Target") + " " + body);
            byte[] answer = ("{\"Count\":" + arrived.size() + "}").getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("x-amz-crc32", "17");
            exchange.sendResponseHeaders(body.equals("bad") ? 400 : 200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        proxy = DynamoFaultProxy.to(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()));
        client = new WireClient(proxy.endpoint());
    }

    @AfterEach
    void close() {
        proxy.close();
        server.stop(0);
    }

    private Incident onlyIncident() {
        assertThat(proxy.incidents()).hasSize(1);
        return proxy.incidents().get(0);
    }

    @Test
    void passesEverythingOnWhileAllIsWell() throws IOException {
        HttpResponse<String> answer = client.ask(UPDATE, "{\"a\":\"é\"}");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"Count\":1}");
        assertThat(answer.headers().firstValue("x-amz-crc32")).contains("17");
        assertThat(client.ask("GetItem", "bad").statusCode()).isEqualTo(400);
        assertThat(arrived)
                .containsExactly("DynamoDB_20120810.UpdateItem {\"a\":\"é\"}", "DynamoDB_20120810.GetItem bad");
        assertThat(proxy.incidents()).isEmpty();
        assertThat(proxy.requests(UPDATE)).isOne();
        assertThat(proxy.requests("PutItem")).isZero();
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of(UPDATE, new ServerError(), 500, "v20120810#InternalServerError"),
                Arguments.of(UPDATE, new Unavailable(), 503, "Service Unavailable"),
                Arguments.of(
                        UPDATE,
                        new Throttled(Billing.PROVISIONED),
                        400,
                        "v20120810#ProvisionedThroughputExceededException"),
                Arguments.of(UPDATE, new Throttled(Billing.ON_DEMAND), 400, "availability#ThrottlingException"),
                Arguments.of(UPDATE, new TransactionConflict(), 400, "v20120810#TransactionConflictException"),
                Arguments.of("TransactWriteItems", new TransactionConflict(), 400, "\"Code\":\"TransactionConflict\""),
                Arguments.of(
                        "TransactWriteItems", new TransactionInProgress(), 400, "#TransactionInProgressException"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void refusalIsAnsweredAndNotDone(String operation, DynamoFault fault, int status, String words) throws IOException {
        proxy.next(operation, fault);
        HttpResponse<String> refused = client.ask(operation, "{}");
        assertThat(refused.statusCode()).isEqualTo(status);
        assertThat(refused.body()).contains(words);
        assertThat(arrived).isEmpty();
        assertThat(onlyIncident()).isEqualTo(new Incident(0, operation, "{}", fault, Incident.NEVER));
        assertThat(onlyIncident().isApplied()).isFalse();
        assertThat(client.ask(operation, "{}").statusCode()).isEqualTo(200);
    }

    @Test
    void requestIsDoneAndAnsweredWithAnError() throws IOException {
        proxy.next(UPDATE, new AppliedButError(), new AppliedButError());
        HttpResponse<String> answer = client.ask(UPDATE, "{}");
        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).contains("InternalServerError");
        assertThat(arrived).hasSize(1);
        assertThat(onlyIncident().isApplied()).isTrue();
        assertThat(client.ask(UPDATE, "bad").statusCode()).isEqualTo(500);
        assertThat(proxy.incidents().get(1).isApplied())
                .as("refused by the server")
                .isFalse();
    }

    @Test
    void requestIsDoneAndItsConnectionCut() {
        proxy.next(UPDATE, new AppliedButCut());
        client.askInVain(UPDATE, "{}");
        assertThat(arrived).hasSize(1);
        assertThat(onlyIncident().isApplied()).isTrue();
    }

    @Test
    void requestIsCutAndNeverArrives() throws IOException {
        proxy.next(UPDATE, new Cut());
        client.askInVain(UPDATE, "{}");
        assertThat(client.ask(UPDATE, "{}").body()).isEqualTo("{\"Count\":1}");
        assertThat(onlyIncident()).isEqualTo(new Incident(0, UPDATE, "{}", new Cut(), Incident.NEVER));
    }

    @Test
    void slownessIsBeforeOrBehindWhatIsDone() throws IOException {
        for (DynamoFault slow : List.of(new SlowBefore(A_MOMENT), new SlowAfter(A_MOMENT))) {
            proxy.next(UPDATE, slow);
            long start = System.nanoTime();
            assertThat(client.ask(UPDATE, "{}").statusCode()).isEqualTo(200);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(A_MOMENT);
        }
        assertThat(proxy.incidents()).hasSize(2).allMatch(Incident::isApplied);
    }

    @Test
    void whatIsSlowIsDoneAlthoughItsSenderHasGivenUp() {
        proxy.next(UPDATE, new SlowBefore(Duration.ofMillis(300)));
        assertThatThrownBy(() -> client.ask(UPDATE, "{}", A_MOMENT)).isInstanceOf(HttpTimeoutException.class);
        assertThat(arrived).isEmpty();
        proxy.awaitArrivals(LONG);
        assertThat(arrived).hasSize(1);
        assertThat(onlyIncident().isApplied()).isTrue();
    }

    @Test
    void whatLooksLostArrivesLate() throws IOException {
        proxy.next(UPDATE, new Late(Duration.ofMillis(100)));
        client.askInVain(UPDATE, "late");
        assertThat(client.ask(UPDATE, "soon").body()).isEqualTo("{\"Count\":1}");
        proxy.awaitArrivals(LONG);
        assertThat(arrived).last().asString().endsWith("late");
        assertThat(onlyIncident().isApplied()).isTrue();
    }

    @Test
    void duplicateIsDoneOnceMore() throws IOException {
        proxy.next(UPDATE, new Duplicated(A_MOMENT));
        assertThat(client.ask(UPDATE, "twice").body()).isEqualTo("{\"Count\":1}");
        proxy.awaitArrivals(LONG);
        assertThat(arrived).hasSize(2).allMatch(request -> request.endsWith("twice"));
        assertThat(onlyIncident().isApplied()).isTrue();
    }

    @Test
    void readIsStaleUnlessItIsConsistent() throws IOException {
        proxy.every("GetItem", new StaleRead());
        assertThat(client.ask("GetItem", READ).body())
                .as("nothing is known yet")
                .isEqualTo("{\"Count\":1}");
        assertThat(proxy.incidents()).isEmpty();
        assertThat(client.ask("GetItem", READ).body()).isEqualTo("{\"Count\":1}");
        assertThat(onlyIncident().fault()).isEqualTo(new StaleRead());
        assertThat(client.ask("GetItem", READ_CONSISTENTLY).body()).isEqualTo("{\"Count\":3}");
        assertThat(client.ask("GetItem", "{\"Key\":{\"id\":{\"S\":\"y\"}}}").body())
                .as("another item")
                .isEqualTo("{\"Count\":4}");
        assertThat(proxy.incidents()).hasSize(1);
        proxy.heal();
        assertThat(client.ask("GetItem", READ).body()).isEqualTo("{\"Count\":5}");
    }

    @Test
    void whatIsForetoldComesFirst_thenWhatAllHave_thenThePlan() throws IOException {
        proxy.play(DynamoFaultPlan.rough(1, 100, A_MOMENT));
        proxy.every(UPDATE, new Unavailable());
        proxy.next(UPDATE, new None(), new ServerError());
        assertThat(client.ask(UPDATE, "{}").statusCode()).isEqualTo(200);
        assertThat(client.ask(UPDATE, "{}").statusCode()).isEqualTo(500);
        assertThat(client.ask(UPDATE, "{}").statusCode()).isEqualTo(503);
        assertThat(client.ask("DescribeTable", "{}").statusCode()).isEqualTo(200);
        proxy.heal();
        assertThat(client.ask(UPDATE, "{}").statusCode()).isEqualTo(200);
        assertThat(proxy.incidents()).extracting(Incident::request).containsExactly(1L, 2L);
    }

    @Test
    void planIsPlayedFromItsFirstRequest() throws IOException {
        DynamoFaultPlan plan = DynamoFaultPlan.rough(7, 100, A_MOMENT);
        client.ask("DeleteItem", "before");
        proxy.play(plan);
        for (int i = 0; i < 20; i++) {
            try {
                client.ask("DeleteItem", "{}");
            } catch (IOException cut) {
                // Some are cut.
                assertThat(plan.fault(i, "DeleteItem")).isInstanceOfAny(Cut.class, Late.class, AppliedButCut.class);
            }
        }
        proxy.awaitArrivals(LONG);
        assertThat(proxy.incidents())
                .hasSize(20)
                .allSatisfy(incident ->
                        assertThat(incident.fault()).isEqualTo(plan.fault(incident.request() - 1, "DeleteItem")));
    }

    @Test
    void longBodiesAreRefusedAndNotSentOn() throws IOException {
        HttpResponse<String> refused = client.ask(UPDATE, "x".repeat(DynamoFaultProxy.MAX_BODY_BYTES + 1));
        assertThat(refused.statusCode()).isEqualTo(413);
        assertThat(arrived).isEmpty();
        proxy.next(UPDATE, new ServerError());
        client.ask(UPDATE, "x".repeat(DynamoFaultProxy.MAX_BODY_BYTES));
        assertThat(onlyIncident().body()).hasSize(DynamoFaultProxy.MAX_NOTED_LENGTH);
    }

    @Test
    void connectionsBeyondTheLimitAreClosed() throws IOException {
        List<Socket> open = new ArrayList<>();
        try {
            for (int i = 0; i < DynamoFaultProxy.MAX_CONNECTIONS; i++) {
                open.add(connect());
            }
            try (Socket more = connect()) {
                assertThat(more.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(proxy.connections()).isEqualTo(DynamoFaultProxy.MAX_CONNECTIONS);
        } finally {
            for (Socket each : open) {
                each.close();
            }
        }
    }

    private Socket connect() throws IOException {
        return new Socket(proxy.endpoint().getHost(), proxy.endpoint().getPort());
    }

    @Test
    void requestsOfOneConnectionAreAnsweredInTheirOrder() throws IOException {
        proxy.next(UPDATE, new SlowBefore(A_MOMENT));
        String request = "POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: DynamoDB_20120810.UpdateItem\r\n";
        try (Socket socket = connect()) {
            String both = request + "Content-Length: 5\r\n\r\nfirst" + request
                    + "Connection: close\r\nContent-Length: 6\r\n\r\nsecond";
            socket.getOutputStream().write(both.getBytes(StandardCharsets.UTF_8));
            String answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answers).containsSubsequence("{\"Count\":1}", "{\"Count\":2}");
        }
        assertThat(arrived).first().asString().endsWith("first");
    }

    @Test
    void endpointThatIsNotThereCutsTheConnection() {
        server.stop(0);
        client.askInVain(UPDATE, "{}");
        assertThat(proxy.incidents()).isEmpty();
    }

    @Test
    void closedProxyListensNoMoreAndSaysSo() {
        proxy.every(UPDATE, new SlowBefore(LONG));
        assertThatThrownBy(() -> client.ask(UPDATE, "{}", A_MOMENT)).isInstanceOf(HttpTimeoutException.class);
        assertThatThrownBy(() -> proxy.awaitArrivals(A_MOMENT))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("something is still held up after PT0.05S");
        proxy.close();
        proxy.close();
        client.askInVain(UPDATE, "{}");
        assertThatThrownBy(proxy::heal)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the proxy is closed");
        assertThat(arrived).isEmpty();
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThatThrownBy(() -> proxy.next(UPDATE, new TransactionInProgress()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("'UpdateItem'", "TransactionInProgress");
        assertThatThrownBy(() -> proxy.every("PutItem", new StaleRead())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> proxy.next("GetItem", new Duplicated(A_MOMENT)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SlowAfter(Duration.ofMinutes(2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("PT1M", "PT2M");
        for (String other : List.of("https://127.0.0.1:8000", "http://127.0.0.1", "x")) {
            assertThatThrownBy(() -> DynamoFaultProxy.to(URI.create(other)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll("http://127.0.0.1:8000", other);
        }
    }
}
