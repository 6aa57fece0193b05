package io.claviger.dynamodb;

import java.util.Collection;
import java.util.List;

/** What an item must be like for a write to happen. A value rather than DynamoDB's text, so that tests can judge it as well. */
sealed interface Condition {
    /** There is no such attribute; of the key: no such item. */
    record Absent(Path path) implements Condition {}

    /** There is such an attribute. */
    record Present(Path path) implements Condition {}

    /** The attribute has this value. */
    record Is(Path path, Object value) implements Condition {}

    /** The attribute is there and has another value. */
    record IsNot(Path path, Object value) implements Condition {}

    /** The attribute has one of these values, of which there is at least one and at most a hundred. */
    record In(Path path, List<String> values) implements Condition {
        public In {
            values = List.copyOf(values);
        }
    }

    /** Both attributes are there and have the same value. */
    record Same(Path path, Path other) implements Condition {}

    /** Both attributes are there and have different values. */
    record Differ(Path path, Path other) implements Condition {}

    /** The attribute is a number above this one. */
    record Above(Path path, long number) implements Condition {}

    /** The attribute is a number below this one. */
    record Below(Path path, long number) implements Condition {}

    /** All hold. */
    record All(List<Condition> conditions) implements Condition {
        public All {
            conditions = List.copyOf(conditions);
        }
    }

    /** At least one holds. */
    record Any(List<Condition> conditions) implements Condition {
        public Any {
            conditions = List.copyOf(conditions);
        }
    }

    static Condition in(Path path, Collection<String> values) {
        return new In(path, List.copyOf(values));
    }

    static Condition any(Condition... conditions) {
        return new Any(List.of(conditions));
    }

    static Condition all(Condition... conditions) {
        return new All(List.of(conditions));
    }
}
