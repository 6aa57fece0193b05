package io.claviger.examples;

import io.claviger.LockClient;
import io.claviger.dynamodb.Dynalock;
import io.claviger.dynamodb.DynamoLayout;
import io.claviger.dynamodb.DynamoTables;
import io.claviger.dynamodb.Lynk;
import io.claviger.dynamodb.TableCreation;
import io.claviger.dynamodb.TableOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;

/**
 * Runs the examples that need a DynamoDB and no server, in tables of their own that are deleted at the end. Region, credentials and endpoint come
 * from the environment of AWS.
 */
final class RunOnTables {
    static final String NATIVE = "native-quickstart";
    static final String LYNK = "lynk-quickstart";
    static final String DYNALOCK = "dynalock-quickstart";

    private static final byte[] BYTES = "ready".getBytes(StandardCharsets.UTF_8);

    private final Duration work;

    private RunOnTables(Duration work) {
        this.work = work;
    }

    /**
     * Runs them, with work that takes so long.
     *
     * @throws IllegalStateException if there is a table already by a name that is used here
     */
    static void run(Duration work) throws InterruptedException {
        List<String> made = new ArrayList<>();
        try (DynamoTables tables = DynamoTables.builder().open()) {
            try {
                make(tables, made, NATIVE, DynamoLayout.NATIVE);
                make(tables, made, LYNK, DynamoLayout.LYNK);
                make(tables, made, DYNALOCK, DynamoLayout.DYNALOCK);
                new RunOnTables(work).all();
            } finally {
                made.forEach(tables::delete);
            }
        }
    }

    private static void make(DynamoTables tables, List<String> made, String name, DynamoLayout layout) {
        if (!(tables.create(name, TableOptions.of(layout)) instanceof TableCreation.Created)) {
            throw new IllegalStateException("there is a table '" + name + "' already, so the examples do not use it");
        }
        made.add(name);
    }

    private void all() throws InterruptedException {
        System.out.println("the words of lynk:");
        ofLynk();
        System.out.println("from hand to hand:");
        chains();
        System.out.println("the words of dynalock:");
        ofDynalock();
        System.out.println("competing consumers:");
        try (LockClient client = LockClient.connect("dynamodb:" + DYNALOCK + "?layout=dynalock&partition=Agent")) {
            new CompetingConsumers(client, CompetingConsumers.LEASE, agent -> Thread.sleep(work.toMillis())).compete(2);
        }
        System.out.println("a function, invoked twice in one sandbox:");
        try (LockClient client = LockClient.connect("dynamodb:" + NATIVE)) {
            NightlyFunction function = new NightlyFunction(
                    client,
                    (event, lease) -> System.out.println(
                            "billed " + event + " with token " + lease.token().value()));
            System.out.println(function.handleRequest(
                    Map.of("customer", "1"), new LocalContext("nightly", Duration.ofSeconds(15))));
            System.out.println(function.handleRequest(
                    Map.of("customer", "2"), new LocalContext("nightly", Duration.ofSeconds(15))));
        }
    }

    private void ofLynk() throws InterruptedException {
        LynkExamples examples = new LynkExamples(() -> Thread.sleep(work.toMillis()));
        LynkExamples.create();
        LynkExamples.createIn010();
        LynkExamples.withAHost();
        examples.twoThreads();
        examples.deserialize(LynkExamples.serialize());
        LynkExamples.ownTable("lynk-own");
        try (Lynk.Session session = Lynk.getSession(LYNK)) {
            examples.inAContext(session);
            examples.withoutRefresh(session);
            LynkExamples.toldOfALoss(session, Thread.currentThread());
        }
        LynkExamples.Storage storage =
                (data, token) -> System.out.println("wrote " + data + " with token " + token.value());
        LynkExamples.withTokens(LYNK, storage, "data");
        LynkExamples.onBothTables(LYNK, NATIVE, storage, "data");
    }

    private static void chains() throws InterruptedException {
        HandOverChain chain = new HandOverChain();
        try (Lynk.Session session = Lynk.getSession(LYNK)) {
            chain.ofLynk(session, "chain");
        }
        try (LockClient one = LockClient.connect("dynamodb:" + NATIVE);
                LockClient other = LockClient.connect("dynamodb:" + NATIVE)) {
            chain.ofOurs(List.of(one, other), "chain");
        }
        chain.done().forEach(System.out::println);
    }

    private void ofDynalock() throws InterruptedException {
        try (DynamoDbAsyncClient own = DynamoDbAsyncClient.create()) {
            DynalockExamples.open(own);
        }
        try (Dynalock agents = Dynalock.newWithDefaults(DYNALOCK, "Agent");
                Dynalock locks = Dynalock.newWithDefaults(DYNALOCK, "Lock")) {
            DynalockExamples.store(agents);
            DynalockExamples.atomically(agents, BYTES, BYTES);
            DynalockExamples.losingNothing(agents, BYTES);
            System.out.println("read of " + DynalockExamples.structs(agents));
            DynalockExamples.lock(locks, lost -> Thread.sleep(work.toMillis()));
            DynalockExamples.lockForAWhile(locks, lost -> Thread.sleep(work.toMillis()));
            System.out.println("locked at once: " + DynalockExamples.lockAtOnceOrNot(locks));
            DynalockExamples.lockUntilStopped(locks, new CompletableFuture<>(), new CompletableFuture<>());
            DynalockExamples.register(agents, List.of("w1", "w2"));
            DynalockExamples.consume(agents, locks, "w1", work);
            DynalockExamples.guarded(agents);
        }
        DynalockExamples.ofOurOwn(DYNALOCK);
    }
}
