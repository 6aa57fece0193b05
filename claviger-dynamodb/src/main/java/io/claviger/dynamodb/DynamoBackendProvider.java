package io.claviger.dynamodb;

import io.claviger.spi.LockBackend;
import io.claviger.spi.LockBackendProvider;

/** Opens {@code dynamodb:TABLE?…}; see {@link DynamoConfig#parse}. */
public final class DynamoBackendProvider implements LockBackendProvider {

    /** Called by {@link java.util.ServiceLoader}. */
    public DynamoBackendProvider() {}

    @Override
    public String scheme() {
        return DynamoUri.SCHEME;
    }

    @Override
    public LockBackend open(String rest) {
        return Connection.open(DynamoConfig.parse(DynamoUri.SCHEME + ":" + rest));
    }
}
