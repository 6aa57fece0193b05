package io.claviger.dynamodb;

import java.util.List;
import java.util.Optional;

/** What became of a write, or of a read. */
sealed interface Outcome {
    /** A write happened, or a read was answered. The item is as it is now; empty = there is none. */
    record Done(Optional<Item> item) implements Outcome {}

    /**
     * The condition did not hold for what arrived last.
     *
     * @param item as it was then; empty = there was none
     * @param repeated whether the write was sent more than once, so that an earlier copy may have happened
     */
    record Refused(Optional<Item> item, boolean repeated) implements Outcome {}

    /**
     * Another item was not as it had to be, so the write did not happen.
     *
     * @param record the item that was to be written, if that was not as it had to be either
     */
    record Unguarded(Optional<Item> record) implements Outcome {}

    /**
     * A listing was answered.
     *
     * @param next the key to go on behind; empty = there is nothing more
     */
    record Listed(List<Item> items, Optional<String> next) implements Outcome {
        public Listed {
            items = List.copyOf(items);
        }
    }

    /** No usable answer. */
    record Failed(Kind kind, String message) implements Outcome {}

    /** What a failure says about the write. */
    enum Kind {
        /** It did not happen; later it may. */
        NOT_DONE,
        /** Nobody knows, and it may even happen yet. */
        PERHAPS_DONE,
        /** It did not happen, and would not if it were sent again. */
        HOPELESS
    }
}
