package io.claviger;

/**
 * Which page of a listing. Immutable.
 *
 * @param after behind which key it begins, what {@link Page#next()} said; empty = from the first
 * @param limit how many records at most, 1 to {@link #MAX_LIMIT}
 */
public record ListOptions(String after, int limit, ReadConsistency consistency) {
    /** The most records of a page. */
    public static final int MAX_LIMIT = 1_000;

    /** Records of a page, unless told otherwise. */
    public static final int DEFAULT_LIMIT = 100;

    /** The first page. */
    public static final ListOptions DEFAULT = new ListOptions("", DEFAULT_LIMIT, ReadConsistency.CONSISTENT);

    /**
     * Makes options.
     *
     * @throws IllegalArgumentException if the limit is not 1 to {@link #MAX_LIMIT}
     */
    public ListOptions {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException(
                    "a page has a limit of 1 to " + MAX_LIMIT + " records, but this is " + limit);
        }
    }

    /** Returns the same options for the page behind a key. */
    public ListOptions withAfter(String key) {
        return new ListOptions(key, limit, consistency);
    }

    /** Returns the same options with another limit. */
    public ListOptions withLimit(int records) {
        return new ListOptions(after, records, consistency);
    }

    /** Returns the same options with another consistency. */
    public ListOptions withConsistency(ReadConsistency other) {
        return new ListOptions(after, limit, other);
    }
}
