package io.claviger.dynamodb;

import io.claviger.RejectedException;
import io.claviger.UnavailableException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableResponse;
import software.amazon.awssdk.services.dynamodb.model.ListTablesResponse;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;

/**
 * Makes, lists and deletes the tables that locks are kept in. For programs that set up what they need; in production tables more often
 * come from templates. Example:
 *
 * <pre>{@code
 * try (DynamoTables tables = DynamoTables.builder().region("eu-west-1").open()) {
 *     tables.create("locks", TableOptions.of(DynamoLayout.NATIVE));
 * }
 * }</pre>
 *
 * <p>Not thread-safe. All methods <b>block</b>. They throw {@link RejectedException} if the service says no, for want of a permission
 * for instance, and {@link UnavailableException} if it cannot be reached: what was asked for is perhaps done then, and can be asked for
 * again.
 */
public final class DynamoTables implements AutoCloseable {
    /** How long a table may take to be made or to go away. DynamoDB mostly takes some seconds. */
    public static final Duration DEFAULT_PATIENCE = Duration.ofMinutes(5);

    private static final int ATTEMPTS = 5;
    private static final Duration CALL = Duration.ofSeconds(15);
    private static final Duration LOOK_FOR_SETTINGS = Duration.ofSeconds(5);
    private static final long FIRST_PAUSE_NANOS = 20_000_000;
    private static final long LONGEST_PAUSE_NANOS = 500_000_000;
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_.-]{3,255}");

    private final TableService service;
    private final Runnable closing;
    private final long patienceNanos;
    private final LongConsumer pause;

    /** @param pause waits for so many nanoseconds */
    DynamoTables(DynamoDbAsyncClient client, Runnable closing, Duration patience, LongConsumer pause) {
        this.service = new TableService(client, CALL);
        this.closing = closing;
        this.patienceNanos = patience.toNanos();
        this.pause = pause;
    }

    /** Returns a builder with all defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Says whether a table can have that name: 3 to 255 letters, digits, {@code _}, {@code -} and {@code .}. */
    public static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    /**
     * Sees to it that there is a table, and that it can be used. If there is one already that fits, it gets what it lacks: the tags of its
     * layout, its time to live, and what else the options ask for.
     *
     * <p><b>Blocks</b> until the table is {@code ACTIVE}.
     *
     * @throws IllegalArgumentException if no table can have that name
     * @throws RejectedException if the service says no: nothing was made
     * @throws UnavailableException if it was not reached, or the table is not ready in time; perhaps there is one now
     */
    public TableCreation create(String name, TableOptions options) {
        if (!isName(name)) {
            throw new IllegalArgumentException(
                    "'" + name + "' is no name of a DynamoDB table: it has 3 to 255 letters, digits, '_', '-' and '.'");
        }
        TableSchema schema = TableSchema.of(options.layout());
        Optional<TableDescription> before = service.describe(name);
        if (before.isPresent() || !make(name, schema, options)) {
            return adapt(name, schema, options);
        }
        TableSettings settings = new TableSettings(service, awaitActive(name));
        settings.tag(TableTags.Sight.NONE, schema.tags());
        settings.timeToLive(schema.timeToLive());
        if (options.pointInTimeRecovery()) {
            settings.pointInTimeRecovery();
        }
        return new TableCreation.Created(settings.shortcomings());
    }

    /** Returns false if somebody else made one in the meantime. */
    private boolean make(String name, TableSchema schema, TableOptions options) {
        TableService.Answer<CreateTableResponse> answer = service.ask(
                name,
                client -> client.createTable(request -> {
                    request.tableName(name)
                            .billingMode(BillingMode.PAY_PER_REQUEST)
                            .keySchema(schema.keyElements())
                            .attributeDefinitions(schema.attributes())
                            .overrideConfiguration(service.limits());
                    if (options.deletionProtection()) {
                        request.deletionProtectionEnabled(true);
                    }
                }));
        if (answer.code().equals("ResourceInUseException")) {
            return false;
        }
        answer.orThrow();
        return true;
    }

    private TableCreation adapt(String name, TableSchema schema, TableOptions options) {
        TableDescription table = awaitActive(name);
        String key = TableSchema.key(table);
        if (!key.equals(schema.keyInWords())) {
            return new TableCreation.Unfit("the table '" + name + "' exists with the key " + key + ", but the layout "
                    + TableSchema.word(options.layout()) + " needs the key " + schema.keyInWords());
        }
        TableTags.Sight sight = new TableTags(service).read(name, table.tableArn());
        Optional<DynamoLayout> tagged = TableSchema.layout(sight.tags());
        if (tagged.isPresent() && tagged.get() != options.layout()) {
            return new TableCreation.Unfit("the table '" + name + "' exists for the layout "
                    + TableSchema.word(tagged.get()) + ", as its tags say, but the layout asked for is "
                    + TableSchema.word(options.layout()) + "; all who use a table must agree on it");
        }
        TableSettings settings = new TableSettings(service, table);
        settings.tag(sight, schema.tags());
        settings.timeToLive(schema.timeToLive());
        if (options.pointInTimeRecovery()) {
            settings.pointInTimeRecovery();
        }
        if (options.deletionProtection()) {
            settings.deletionProtection();
        }
        return new TableCreation.Existed(settings.added(), settings.shortcomings());
    }

    /** Says whether there is a table of that name, in whatever state. */
    public boolean exists(String name) {
        return service.describe(name).isPresent();
    }

    /** Looks at a table and its tags; empty = there is none. */
    public Optional<TableEntry> find(String name) {
        return service.describe(name).map(this::entry);
    }

    private TableEntry entry(TableDescription table) {
        TableTags.Sight sight = new TableTags(service).read(table.tableName(), table.tableArn());
        return new TableEntry(
                table.tableName(),
                TableSchema.layout(sight.tags()),
                TableSchema.key(table),
                table.tableStatusAsString(),
                Boolean.TRUE.equals(table.deletionProtectionEnabled()),
                TableSchema.LYNK_VALUE.equals(sight.tags().get(TableSchema.LYNK_TAG)),
                sight.state());
    }

    /**
     * Looks at all the tables of the account in the region, ours or not, in the order of their names. DynamoDB tells the tags of ten tables a
     * second. One that may not be looked at is told with its name alone.
     *
     * @param each is given them as they come
     */
    public void forEach(Consumer<TableEntry> each) {
        Optional<String> after = Optional.empty();
        do {
            Optional<String> last = after;
            ListTablesResponse page = service.ask(
                            client -> client.listTables(request -> request.exclusiveStartTableName(last.orElse(null))
                                            .overrideConfiguration(service.limits()))
                                    .thenApply(said -> said.hasTableNames() ? said : null))
                    .orThrow();
            page.tableNames().forEach(name -> listed(name).ifPresent(each));
            after = Optional.ofNullable(page.lastEvaluatedTableName());
        } while (after.isPresent());
    }

    /** Of the tables of an account some may be nobody's business but their owners'; they hide no others. */
    private Optional<TableEntry> listed(String name) {
        TableService.Answer<TableDescription> answer = service.look(name);
        if (answer.isDenied()) {
            return Optional.of(TableEntry.hidden(name));
        }
        return answer.isAbsent() ? Optional.empty() : Optional.of(entry(answer.orThrow()));
    }

    /**
     * Deletes a table with all that is in it, whatever that is: callers look first.
     *
     * <p><b>Blocks</b> until it is gone.
     *
     * @return whether there was one
     * @throws RejectedException if the service says no, for instance since the table is protected: not done
     */
    public boolean delete(String name) {
        Optional<TableDescription> table = service.describe(name);
        if (table.isEmpty()) {
            return false;
        }
        if (Boolean.TRUE.equals(table.get().deletionProtectionEnabled())) {
            throw new RejectedException(
                    "the table '" + name + "' is protected against deletion; switch that off first, with "
                            + "aws dynamodb update-table --table-name " + name + " --no-deletion-protection-enabled");
        }
        if (table.get().tableStatus() != TableStatus.DELETING) {
            TableService.Answer<?> answer = service.ask(
                    name,
                    client -> client.deleteTable(
                            request -> request.tableName(name).overrideConfiguration(service.limits())));
            if (!answer.isAbsent()) {
                answer.orThrow();
            }
        }
        await(name, Optional::isEmpty, "is still there");
        return true;
    }

    private TableDescription awaitActive(String name) {
        // A table that is being updated can be used, so only these two are not there yet or any more.
        return await(
                        name,
                        table -> table.isPresent()
                                && table.get().tableStatus() != TableStatus.CREATING
                                && refuseDeleting(table.get()),
                        "is not ready")
                .orElseThrow();
    }

    private static boolean refuseDeleting(TableDescription table) {
        if (table.tableStatus() == TableStatus.DELETING) {
            throw new RejectedException(
                    "the table '" + table.tableName() + "' is being deleted; try again when it is gone");
        }
        return true;
    }

    private Optional<TableDescription> await(
            String name, Predicate<Optional<TableDescription>> reached, String problem) {
        long waited = 0;
        for (long next = FIRST_PAUSE_NANOS; ; next = Math.min(next + next / 2, LONGEST_PAUSE_NANOS)) {
            Optional<TableDescription> table = service.describe(name);
            if (reached.test(table)) {
                return table;
            }
            if (waited >= patienceNanos) {
                throw new UnavailableException("the table '" + name + "' " + problem + " after "
                        + TimeUnit.NANOSECONDS.toSeconds(waited) + " s; the same again goes on waiting");
            }
            pause.accept(next);
            waited += next;
        }
    }

    @Override
    public void close() {
        closing.run();
    }

    /** Says where the tables are. Not thread-safe. */
    public static final class Builder {
        private Optional<String> region = Optional.empty();
        private Optional<URI> endpoint = Optional.empty();
        private Optional<DynamoDbAsyncClient> client = Optional.empty();

        private Builder() {}

        /**
         * Sets the region, such as {@code eu-west-1}. Unless set it is where the SDK finds one, or AWS_DEFAULT_REGION.
         *
         * @throws IllegalArgumentException if no region can have that name
         */
        public Builder region(String name) {
            this.region = Optional.of(DynamoConfig.checkRegion(name));
            return this;
        }

        /**
         * Sets where the service is, such as {@code http://127.0.0.1:8000} for an emulator. Unless set it is where the SDK finds it.
         *
         * @throws IllegalArgumentException if it is no address of HTTP
         */
        public Builder endpoint(URI address) {
            DynamoConfig.checkEndpoint(address);
            this.endpoint = Optional.of(address);
            return this;
        }

        /** Uses a client of the caller's, which is not closed. */
        public Builder client(DynamoDbAsyncClient own) {
            this.client = Optional.of(own);
            return this;
        }

        /**
         * Opens the door.
         *
         * <p><b>Blocks</b> until region and credentials are found, for 5 s at most.
         *
         * @throws RejectedException if there is no region, or there are no credentials
         */
        public DynamoTables open() {
            if (client.isPresent()) {
                return new DynamoTables(client.get(), () -> {}, DEFAULT_PATIENCE, DynamoTables::pause);
            }
            SdkClients own = SdkClients.open(region, endpoint, ATTEMPTS, LOOK_FOR_SETTINGS);
            return new DynamoTables(own.client(), own::close, DEFAULT_PATIENCE, DynamoTables::pause);
        }
    }

    private static void pause(long nanos) {
        try {
            TimeUnit.NANOSECONDS.sleep(nanos);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("interrupted while waiting for a table");
        }
    }
}
