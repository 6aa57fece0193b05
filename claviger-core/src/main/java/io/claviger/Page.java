package io.claviger;

import java.util.List;
import java.util.Optional;

/**
 * A page of a listing. Immutable.
 *
 * @param entries in the order of the code points of their keys; may be empty although more follow
 * @param next what to go on behind, with {@link ListOptions#withAfter}; empty = there was nothing more
 */
public record Page(List<Entry> entries, Optional<String> next) {
    /** Makes a page of a copy of the list. */
    public Page {
        entries = List.copyOf(entries);
    }
}
