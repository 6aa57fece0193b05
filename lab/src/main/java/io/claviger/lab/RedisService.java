package io.claviger.lab;

import java.util.List;
import java.util.UUID;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.SetParams;

/**
 * The lock that Redis' documentation teaches for one server: {@code SET NX PX}, and a script that deletes the key if it
 * still has the owner's value. A connection per thread. It has no queue, so who waits asks again and again.
 */
final class RedisService implements LockService {
    private static final int LEASE_MILLIS = 30_000;
    private static final int POLL_MILLIS = 10;
    private static final String COMPARE_AND_DELETE = """
            if redis.call('GET', KEYS[1]) ~= ARGV[1] then
              return 0
            end
            return redis.call('DEL', KEYS[1])
            """;

    private final int port;

    RedisService(int port) {
        this.port = port;
    }

    @Override
    public ThreadLock open(String name) {
        return new Held(new Jedis("127.0.0.1", port), name);
    }

    @Override
    public void close() {
        // Each thread's lock has closed its own connection.
    }

    private static final class Held implements ThreadLock {
        private final Jedis connection;
        private final String name;
        private final String script;
        private final String owner = UUID.randomUUID().toString();
        private final List<String> keys;
        private final List<String> values = List.of(owner);
        private final SetParams ifFree = SetParams.setParams().nx().px(LEASE_MILLIS);

        Held(Jedis connection, String name) {
            this.connection = connection;
            this.name = name;
            this.keys = List.of(name);
            this.script = connection.scriptLoad(COMPARE_AND_DELETE);
        }

        @Override
        public void acquire() throws InterruptedException {
            while (connection.set(name, owner, ifFree) == null) {
                Thread.sleep(POLL_MILLIS);
            }
        }

        @Override
        public void release() {
            Object deleted = connection.evalsha(script, keys, values);
            if (!Long.valueOf(1).equals(deleted)) {
                throw new IllegalStateException("not held: " + name);
            }
        }

        @Override
        public void close() {
            connection.close();
        }
    }
}
