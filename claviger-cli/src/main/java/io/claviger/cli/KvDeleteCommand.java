package io.claviger.cli;

import io.claviger.KeyValueStore;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code claviger kv delete}: deletes a record. */
@Command(
        name = "delete",
        customSynopsis = "claviger kv delete [OPTION]... KEY",
        description = {"Delete a record.", ""})
@SuppressWarnings({"UnusedVariable", "unused"}) // OptionSources reads the declarations, nobody the fields.
final class KvDeleteCommand extends StoreCommand {
    @Mixin
    private final StoreConditions.OnVersion onVersion = new StoreConditions.OnVersion();

    @Mixin
    private final StoreConditions conditions = new StoreConditions();

    @Mixin
    private final ConnectionOptions connection = new ConnectionOptions();

    @Parameters(arity = "0..*", paramLabel = "KEY", description = "The record's key.")
    private List<String> arguments = List.of();

    KvDeleteCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    Work work(OptionSources sources) {
        String key = StoreArguments.key(
                StoreArguments.exactly(arguments, 1, "delete KEY").get(0));
        OptionalLong expected = StoreArguments.ifVersion(sources);
        if (expected.isPresent() && expected.getAsLong() == KeyValueStore.ABSENT) {
            throw new BadOptionException("--if-version: 0 stands for no record, and none can be deleted");
        }
        UnaryOperator<KeyValueStore> guarded = StoreArguments.ifHolding(sources);
        return store -> delete(guarded.apply(store), key, expected);
    }

    private int delete(KeyValueStore store, String key, OptionalLong expected) {
        if (expected.isEmpty()) {
            return store.delete(key) ? deleted(key) : absent(key);
        }
        return store.atomicDelete(key, expected.getAsLong())
                ? deleted(key)
                : mismatch(store, key, expected.getAsLong());
    }

    private int deleted(String key) {
        out().println("deleted " + LockWords.quoted(key));
        return 0;
    }
}
