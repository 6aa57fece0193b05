package io.claviger.local;

import io.claviger.spi.Callbacks;
import io.claviger.spi.LockBackend;
import io.claviger.spi.LockBackendProvider;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Opens {@code local:} and {@code local:NAME}: one space for each name, for as long as a client has it open. */
public final class LocalBackendProvider implements LockBackendProvider {
    private static final Map<String, Shared> SPACES = new HashMap<>();

    /** The newest number of any space that is gone: a space of the same name must not go back behind it (S3, K1). */
    private static long highestNumber;

    /** Called by {@link java.util.ServiceLoader}. */
    public LocalBackendProvider() {}

    @Override
    public String scheme() {
        return "local";
    }

    @Override
    public LockBackend open(String rest) {
        synchronized (SPACES) {
            Shared shared = SPACES.computeIfAbsent(rest, name -> new Shared(newSpace()));
            shared.clients++;
            return new LocalBackend(shared.space, Callbacks.defaultExecutor(), () -> closed(rest, shared));
        }
    }

    private static void closed(String name, Shared shared) {
        synchronized (SPACES) {
            if (--shared.clients == 0) {
                SPACES.remove(name);
                highestNumber = Math.max(highestNumber, shared.space.lastNumber());
            }
        }
    }

    private static LocalSpace newSpace() {
        long wallMicros = TimeUnit.MILLISECONDS.toMicros(System.currentTimeMillis());
        return new LocalSpace(SystemTime.INSTANCE, Math.max(wallMicros, highestNumber), new SecureRandom().nextLong());
    }

    private static final class Shared {
        final LocalSpace space;
        int clients;

        Shared(LocalSpace space) {
            this.space = space;
        }
    }
}
