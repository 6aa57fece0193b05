package io.claviger.client;

import io.claviger.spi.LockBackend;
import io.claviger.spi.LockBackendProvider;

/** Opens {@code claviger://HOST:PORT,…}; see {@link RemoteConfig#parse}. */
public final class RemoteBackendProvider implements LockBackendProvider {

    /** Called by {@link java.util.ServiceLoader}. */
    public RemoteBackendProvider() {}

    @Override
    public String scheme() {
        return RemoteUri.SCHEME;
    }

    @Override
    public LockBackend open(String rest) {
        return RemoteBackend.connect(RemoteConfig.parse(RemoteUri.SCHEME + ":" + rest));
    }
}
