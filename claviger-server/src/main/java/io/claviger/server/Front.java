package io.claviger.server;

import java.net.InetSocketAddress;

/** A listener that translates one wire into commands. Thread-safe. */
public interface Front {

    /** Returns what it is called in messages. */
    String name();

    /** Returns the real address that it listens on. */
    InetSocketAddress address();

    /** Returns how many connections it has. */
    int connections();

    /** Stops listening and closes all connections; waits for that at most so long, twice. */
    void close(long stepMillis);
}
