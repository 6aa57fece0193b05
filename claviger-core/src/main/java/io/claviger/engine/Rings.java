package io.claviger.engine;

import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Walks the rings in which claims stand. */
final class Rings {
    private Rings() {}

    /** Calls for each claim of a ring, the oldest first. The ring must not change meanwhile. */
    static void forEach(@Nullable Claim head, Function<Claim, @Nullable Claim> next, Consumer<Claim> action) {
        Claim claim = head;
        while (claim != null) {
            action.accept(claim);
            claim = next.apply(claim);
            if (claim == head) {
                return;
            }
        }
    }
}
