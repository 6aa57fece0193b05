package io.claviger.engine;

import java.util.Optional;
import java.util.UUID;

/**
 * The proof of one claim on one name: 128 bits, chosen by the client or its front, new for every request. Who knows
 * the key may release the grant, so {@link #toString()} hides it; {@link #text()} shows it.
 *
 * @param high the upper 64 bits
 * @param low the lower 64 bits
 */
public record OwnerKey(long high, long low) {

    /** Returns the key of a UUID, bit for bit. */
    public static OwnerKey of(UUID uuid) {
        return new OwnerKey(uuid.getMostSignificantBits(), uuid.getLeastSignificantBits());
    }

    /**
     * Reads the form that {@link #text()} writes, 36 characters in groups of 8-4-4-4-12 hexadecimal digits.
     *
     * @return the key, or nothing if the text has another form
     */
    public static Optional<OwnerKey> parse(String text) {
        if (text.length() != 36) {
            return Optional.empty();
        }
        try {
            OwnerKey key = of(UUID.fromString(text));
            return key.text().equalsIgnoreCase(text) ? Optional.of(key) : Optional.empty();
        } catch (IllegalArgumentException notAUuid) {
            return Optional.empty();
        }
    }

    /** Returns the key as 36 lower-case characters, a UUID's form. It is a secret: never log it. */
    public String text() {
        return new UUID(high, low).toString();
    }

    @Override
    public String toString() {
        return "OwnerKey[hidden]";
    }
}
