package io.claviger.lab;

import io.claviger.DistributedLock;
import io.claviger.Lease;
import io.claviger.LockClient;
import org.jspecify.annotations.Nullable;

/** Claviger by its public API: one client for all threads. */
final class ClavigerService implements LockService {
    private final LockClient client;

    ClavigerService(String uri) {
        client = LockClient.connect(uri);
    }

    @Override
    public ThreadLock open(String name) {
        return new Held(client.lock(name));
    }

    @Override
    public void close() {
        client.close();
    }

    private static final class Held implements ThreadLock {
        private final DistributedLock lock;
        private @Nullable Lease lease;

        Held(DistributedLock lock) {
            this.lock = lock;
        }

        @Override
        public void acquire() throws InterruptedException {
            lease = lock.acquire();
        }

        @Override
        public void release() {
            if (lease == null) {
                throw new IllegalStateException("not held: " + lock.name());
            }
            lease.release();
            lease = null;
        }

        @Override
        public void close() {
            if (lease != null) {
                lease.close();
            }
        }
    }
}
