package io.claviger.server.security;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where the server's identity lies.
 *
 * @param clientCa who vouches for clients; null if they need no certificate, or if {@code systemAuthorities} do
 * @param systemAuthorities whether the authorities that this system trusts vouch for clients
 */
record TlsFiles(Path certificate, Path key, @Nullable Path clientCa, boolean systemAuthorities) {
    static final String CERTIFICATE = "TLS certificate";
    static final String KEY = "TLS key";
    static final String CLIENT_CA = "client CA";

    /**
     * What stands in the files, each byte as one character. Equal if all of them are.
     *
     * @param clientCa null if there is no such file
     */
    record Content(String certificate, String key, @Nullable String clientCa) {
        /** A record would show the key. */
        @Override
        public String toString() {
            return "Content";
        }
    }

    /** Whether clients must prove who they are. */
    boolean asksClients() {
        return clientCa != null || systemAuthorities;
    }

    Content read() throws BadSecurityFileException {
        Path ca = clientCa;
        return new Content(text(CERTIFICATE, certificate), text(KEY, key), ca == null ? null : text(CLIENT_CA, ca));
    }

    private static String text(String what, Path file) throws BadSecurityFileException {
        return new String(SmallFile.read(what, file), StandardCharsets.ISO_8859_1);
    }
}
