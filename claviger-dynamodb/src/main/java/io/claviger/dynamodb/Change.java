package io.claviger.dynamodb;

/** What a write does to one place in an item. No two changes of one write are to the same place or one within the other. */
sealed interface Change {
    Path path();

    /** Gives it a value. */
    record Set(Path path, Object value) implements Change {}

    /** Takes it away, if it is there. */
    record Remove(Path path) implements Change {}

    /**
     * Becomes one more than a number was before this write; one that is not there counts as {@code otherwise}.
     *
     * @param from where that number is; usually the same place
     */
    record CountUp(Path path, Path from, long otherwise) implements Change {
        CountUp(Path path, long otherwise) {
            this(path, path, otherwise);
        }
    }

    static Change set(String attribute, Object value) {
        return new Set(Path.of(attribute), value);
    }

    static Change remove(String attribute) {
        return new Remove(Path.of(attribute));
    }
}
