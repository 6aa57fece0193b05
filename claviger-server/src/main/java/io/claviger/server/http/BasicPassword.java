package io.claviger.server.http;

import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Reads the password out of a header {@code Authorization: Basic …} (RFC 7617). Any user will do. */
final class BasicPassword {
    private static final String SCHEME = "Basic ";

    private BasicPassword() {}

    /** Returns all behind the first colon; null if the header is absent or something else. */
    static byte @Nullable [] of(@Nullable String header) {
        if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return null;
        }
        try {
            byte[] pair =
                    Base64.getDecoder().decode(header.substring(SCHEME.length()).strip());
            for (int i = 0; i < pair.length; i++) {
                if (pair[i] == ':') {
                    return Arrays.copyOfRange(pair, i + 1, pair.length);
                }
            }
            return null;
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
    }
}
