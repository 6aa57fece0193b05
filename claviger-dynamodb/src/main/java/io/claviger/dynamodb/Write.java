package io.claviger.dynamodb;

import java.util.List;

/**
 * One conditional write to one item.
 *
 * @param kind what is done
 * @param key the item's key
 * @param changes for an update what changes, for a put all attributes besides the key, for a deletion nothing
 * @param condition when it happens
 */
record Write(Kind kind, String key, List<Change> changes, Condition condition) {
    enum Kind {
        /** Changes an item, or makes one. */
        UPDATE,
        /** Replaces an item, or makes one. */
        PUT,
        DELETE
    }

    Write {
        changes = List.copyOf(changes);
    }

    static Write update(String key, List<Change> changes, Condition condition) {
        return new Write(Kind.UPDATE, key, changes, condition);
    }
}
