package io.claviger.spi;

import io.claviger.LockOptions;
import io.claviger.LockOptions.Renewal;
import io.claviger.engine.Limits;
import io.claviger.engine.OwnerKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * What a handed-off lease is as text: everything that its next holder needs. It is one word of letters, digits, {@code -},
 * {@code _} and {@code .}, and a secret.
 *
 * @param name the lock's name
 * @param ticket the key under which the grant is parked
 * @param options how it was held
 */
public record HandOffText(String name, OwnerKey ticket, LockOptions options) {
    private static final String FORM = "claviger1";
    private static final int PARTS = 6;

    /** Returns the text. */
    public String encode() {
        String body = String.join(
                ".",
                FORM,
                ticket.text(),
                Long.toString(options.lease().map(Duration::toNanos).orElse(0L)),
                options.renewal().name().toLowerCase(java.util.Locale.ROOT),
                Base64.getUrlEncoder().withoutPadding().encodeToString(name.getBytes(StandardCharsets.UTF_8)));
        return body + "." + checksum(body);
    }

    /**
     * Reads a text back.
     *
     * @throws IllegalArgumentException if it is not a whole text of this form
     */
    public static HandOffText decode(String text) {
        String whole = text.strip();
        String[] parts = whole.split("\\.", -1);
        if (!parts[0].equals(FORM)) {
            throw new IllegalArgumentException("this is no handed-off lease: its text begins with '" + FORM + ".'");
        }
        int end = whole.lastIndexOf('.');
        if (parts.length != PARTS || !checksum(whole.substring(0, end)).equals(parts[PARTS - 1])) {
            throw new IllegalArgumentException("the text of a handed-off lease was cut or changed");
        }
        try {
            long leaseNanos = Long.parseLong(parts[2]);
            Optional<Duration> lease = leaseNanos == 0 ? Optional.empty() : Optional.of(Duration.ofNanos(leaseNanos));
            LockOptions options = new LockOptions(
                    lease, Renewal.valueOf(parts[3].toUpperCase(java.util.Locale.ROOT)), Optional.empty());
            String name = new String(Base64.getUrlDecoder().decode(parts[4]), StandardCharsets.UTF_8);
            if (name.isEmpty() || !Limits.isWellFormed(name, Limits.MAX_NAME_LENGTH)) {
                throw new IllegalArgumentException("no lock has such a name");
            }
            return new HandOffText(name, OwnerKey.parse(parts[1]).orElseThrow(), options);
        } catch (IllegalArgumentException | java.util.NoSuchElementException bad) {
            throw new IllegalArgumentException("the text of a handed-off lease cannot be understood", bad);
        }
    }

    /** Does not show the ticket. */
    @Override
    public String toString() {
        return "HandOffText[" + name + ", hidden]";
    }

    /** Against texts that were cut on their way, not against forgers: those would need the ticket. */
    private static String checksum(String body) {
        CRC32 crc = new CRC32();
        crc.update(body.getBytes(StandardCharsets.UTF_8));
        return Long.toHexString(crc.getValue());
    }
}
