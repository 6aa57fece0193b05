package io.claviger.spi;

/** Makes backends for one scheme. Found by {@link java.util.ServiceLoader}. */
public interface LockBackendProvider {

    /** Returns the scheme: what stands before the first colon of a URI, in lower case. */
    String scheme();

    /**
     * Opens a backend for one client.
     *
     * @param rest what stands behind the first colon
     * @throws IllegalArgumentException if the rest is malformed, saying what would be right
     */
    LockBackend open(String rest);
}
