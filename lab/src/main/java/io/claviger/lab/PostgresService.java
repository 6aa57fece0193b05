package io.claviger.lab;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** PostgreSQL's advisory locks of the session: a connection, and so a server process, per thread. */
final class PostgresService implements LockService {
    /** Statements are prepared at the server from their first use on, so that warm-up and measurement do the same. */
    private static final String URL = "jdbc:postgresql://127.0.0.1:%d/postgres?prepareThreshold=1";

    private final String url;

    PostgresService(int port) {
        url = URL.formatted(port);
    }

    @Override
    public ThreadLock open(String name) {
        try {
            return new Held(DriverManager.getConnection(url, "postgres", ""), name);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Override
    public void close() {
        // Each thread's lock has closed its own connection.
    }

    private static final class Held implements ThreadLock {
        private final Connection connection;
        private final PreparedStatement lock;
        private final PreparedStatement unlock;

        Held(Connection connection, String name) throws SQLException {
            this.connection = connection;
            lock = connection.prepareStatement("select pg_advisory_lock(hashtextextended(?, 0))");
            unlock = connection.prepareStatement("select pg_advisory_unlock(hashtextextended(?, 0))");
            lock.setString(1, name);
            unlock.setString(1, name);
        }

        @Override
        public void acquire() {
            try (ResultSet none = lock.executeQuery()) {
                none.next();
            } catch (SQLException failed) {
                throw new IllegalStateException(failed);
            }
        }

        @Override
        public void release() {
            try (ResultSet row = unlock.executeQuery()) {
                if (!row.next() || !row.getBoolean(1)) {
                    throw new IllegalStateException("not held");
                }
            } catch (SQLException failed) {
                throw new IllegalStateException(failed);
            }
        }

        @Override
        public void close() {
            try {
                connection.close();
            } catch (SQLException failed) {
                throw new IllegalStateException(failed);
            }
        }
    }
}
