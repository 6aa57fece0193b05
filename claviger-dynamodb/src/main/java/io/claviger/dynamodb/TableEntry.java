package io.claviger.dynamodb;

import java.util.Optional;

/**
 * A table as a listing shows it.
 *
 * @param layout what its tags say; empty = they say nothing of ours, or could not be read
 * @param key in words, such as {@code lockKey (S)} or {@code id (S), name (sort key, S)}; empty = it may not be looked at
 * @param status as DynamoDB calls it, such as {@code ACTIVE}; empty = it may not be looked at
 * @param guarded whether DynamoDB refuses to delete it, until this protection is switched off
 * @param lynk whether lynk's own tools would list it
 * @param tags whether its tags could be read
 */
public record TableEntry(
        String name,
        Optional<DynamoLayout> layout,
        String key,
        String status,
        boolean guarded,
        boolean lynk,
        Tags tags) {
    /** What became of the question for the tags of a table. */
    public enum Tags {
        /** They were read. */
        READ,
        /** There is no permission to read them. */
        DENIED,
        /** The service has no tags, as some emulators have none. */
        UNSUPPORTED
    }

    /** A table of which nothing is known but its name, for want of the permission to look at it. */
    static TableEntry hidden(String name) {
        return new TableEntry(name, Optional.empty(), "", "", false, false, Tags.DENIED);
    }
}
