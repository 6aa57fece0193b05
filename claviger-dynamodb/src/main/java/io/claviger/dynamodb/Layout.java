package io.claviger.dynamodb;

import io.claviger.Capability;
import io.claviger.LockOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How names, grants and tokens stand in the items of a table: what is written under which condition, and how it is read. */
interface Layout {
    /** With this begin the keys of items that hold tokens only. */
    String RESERVED = "lynk-fence/";

    /** The longest key of an item, in bytes of UTF-8. */
    int MAX_KEY_BYTES = 2_048;

    /** For so long after its release an item keeps the newest token, before the table may forget it. */
    Duration KEPT = Duration.ofDays(30);

    Set<Capability> capabilities();

    /** Returns the longest name, in bytes of UTF-8. */
    int maxNameBytes();

    /** Reads an item; empty = there is none. */
    View view(Optional<Item> item);

    /** Says that a name has an item which is none of this layout's, and what would be right. */
    String foreign(String name);

    /** Returns the key of the item that a grant draws its number from; empty = its own item has it, or there is none. */
    Optional<String> tokenItem(String name);

    /**
     * Counts up in such an item.
     *
     * @param grant the version with which the grant began that draws
     * @param label who draws, so that others may see whose number it is
     */
    Write drawToken(String tokenItem, String grant, String label, String actor);

    /**
     * Grants a claim, if the permits are free once what may be taken away is gone.
     *
     * @param seen what the item was like last; null = unknown, and then the claim must be for the whole item, or is granted only if
     *     there is none
     * @param replaced the grants that may be taken away
     */
    Write acquire(Claim claim, @Nullable View seen, List<Holding> replaced);

    /** Writes down what the next holder of a parked grant must know; a secret. */
    String handOffText(String name, String ticket, LockOptions options);

    /**
     * Reads such a text back.
     *
     * @throws IllegalArgumentException if it is none of this layout's
     */
    HandOff handOff(String text);

    /**
     * What such a text says.
     *
     * @param ticket the version under which the grant is parked
     */
    record HandOff(String name, String ticket, LockOptions options) {}

    /** Gives a grant a new version, so that its lease begins anew. */
    Write renew(String name, Holding holding, String version, long leaseNanos, String label, String actor);

    /**
     * Takes grants away.
     *
     * @param seen what the item was like last; it has the grants, unless they are the whole item
     * @param version of the item afterwards
     */
    Write release(String name, View seen, List<Holding> holdings, String version);

    /** Leaves a grant to whoever knows its new version, for as long as its new lease lasts. */
    Write park(String name, Holding holding, String ticket, long leaseNanos);

    /**
     * Takes over a grant that was parked.
     *
     * @param parked where it is, under its ticket; and under what this client perhaps wrote already
     * @param seen what the item was like last, unless the grant is the whole item
     */
    Write adopt(Claim claim, Holding parked, @Nullable View seen);
}
