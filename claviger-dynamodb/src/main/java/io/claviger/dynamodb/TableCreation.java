package io.claviger.dynamodb;

import java.util.List;

/** What became of the wish for a table. */
public sealed interface TableCreation {
    /**
     * It was made, and can be used.
     *
     * @param shortcomings what could not be set on it, a line each; locks work nevertheless
     */
    record Created(List<String> shortcomings) implements TableCreation {}

    /**
     * It was there, fits, and can be used.
     *
     * @param added what it lacked and has now, a few words each
     * @param shortcomings what could not be set on it, a line each; locks work nevertheless
     */
    record Existed(List<String> added, List<String> shortcomings) implements TableCreation {}

    /**
     * There is one that does not fit; nothing was changed.
     *
     * @param reason one line that names what it is and what was wanted
     */
    record Unfit(String reason) implements TableCreation {}
}
