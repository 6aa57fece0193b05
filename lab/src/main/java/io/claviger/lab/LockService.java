package io.claviger.lab;

import java.util.List;

/** A lock service as one client process sees it: what its threads share. To be closed after its threads' locks. */
interface LockService extends AutoCloseable {
    /** What {@link #open(String, String)} knows. */
    List<String> NAMES = List.of("claviger", "redis", "postgres");

    /** Opens what one thread needs to take and give back one name. It is used by that thread alone. */
    ThreadLock open(String name);

    @Override
    void close();

    /** One name in the hands of one thread. */
    interface ThreadLock extends AutoCloseable {

        /** Blocks until this thread holds the name. */
        void acquire() throws InterruptedException;

        /** Returns when the service has confirmed that the name is free; fails if it was not held. */
        void release();

        @Override
        void close();
    }

    /**
     * Opens the service of that name.
     *
     * @param name one of {@link #NAMES}
     * @param address a URI for Claviger, a port on 127.0.0.1 for the others
     * @throws IllegalArgumentException if there is no such service
     */
    static LockService open(String name, String address) {
        return switch (name) {
            case "claviger" -> new ClavigerService(address);
            case "redis" -> new RedisService(Integer.parseInt(address));
            case "postgres" -> new PostgresService(Integer.parseInt(address));
            default -> throw new IllegalArgumentException("service is claviger, redis or postgres, not '" + name + "'");
        };
    }
}
