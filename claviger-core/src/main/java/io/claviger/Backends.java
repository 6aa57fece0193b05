package io.claviger;

import io.claviger.spi.LockBackendProvider;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** Finds the backend of a URI. */
final class Backends {
    private Backends() {}

    static LockClient connect(String uri) {
        int colon = uri.indexOf(':');
        TreeMap<String, LockBackendProvider> providers = new TreeMap<>();
        ServiceLoader.load(LockBackendProvider.class, Backends.class.getClassLoader())
                .forEach(provider -> providers.put(provider.scheme(), provider));
        LockBackendProvider provider = colon < 0 ? null : providers.get(uri.substring(0, colon));
        if (provider == null) {
            throw new IllegalArgumentException("no backend for '" + uri + "': a URI begins with one of "
                    + String.join(", ", providers.keySet()) + " and a colon");
        }
        return new BackendClient(provider.open(uri.substring(colon + 1)));
    }
}
