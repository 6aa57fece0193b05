package io.claviger;

import java.util.List;
import java.util.stream.Collectors;

/**
 * To wait would never have ended: actors wait for each other in a circle, and nobody outside it could break it by a release.
 * The request was refused; what the actor holds it still holds.
 */
public final class DeadlockException extends RejectedException {
    private static final long serialVersionUID = 1L;

    private final transient List<Wait> cycle;

    /**
     * One wait in a circle.
     *
     * @param actor who waits; empty = a request without an actor
     * @param name what for
     */
    public record Wait(String actor, String name) {}

    /** Makes one for a request for a name. */
    public DeadlockException(String name, List<Wait> cycle) {
        super("'" + name + "' was refused, since to wait for it would never end: "
                + cycle.stream()
                        .map(wait -> (wait.actor().isEmpty() ? "someone" : "'" + wait.actor() + "'") + " waits for '"
                                + wait.name() + "'")
                        .collect(Collectors.joining(", ")));
        this.cycle = List.copyOf(cycle);
    }

    /** Returns who waits for what: each waits for what the next one holds, and the last for the first. */
    public List<Wait> cycle() {
        return cycle == null ? List.of() : cycle;
    }
}
