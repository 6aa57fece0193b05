package io.claviger.server.http;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes HTTP connections that can be watched, counts and bounds them, and ends those that are too slow. Thread-safe. */
final class WatchedConnections extends HttpConnectionFactory implements Connection.Listener {
    private static final Logger log = LoggerFactory.getLogger(WatchedConnections.class);

    private final int max;
    private final Map<Connection, WatchedEndPoint> open = new ConcurrentHashMap<>();

    WatchedConnections(HttpConfiguration http, int max) {
        super(http);
        this.max = max;
    }

    int count() {
        return open.size();
    }

    @Override
    public Connection newConnection(Connector connector, EndPoint endPoint) {
        WatchedEndPoint watched = new WatchedEndPoint(endPoint, connector.getExecutor());
        Connection connection = super.newConnection(connector, watched);
        connection.addEventListener(this);
        // Here and not when it is opened, which waits for the handshake: that must not take too long either.
        open.put(connection, watched);
        return connection;
    }

    @Override
    public void onOpened(Connection connection) {
        if (open.size() > max) {
            log.warn(
                    "More than {} HTTP connections; closing one from {}",
                    max,
                    CrossSite.digits(connection.getEndPoint().getRemoteSocketAddress()));
            connection.getEndPoint().close();
        }
    }

    @Override
    public void onClosed(Connection connection) {
        open.remove(connection);
    }

    /** Closes the connections whose request has been arriving for too long, whatever arrives of it. */
    void closeSlow(long limitNanos) {
        long now = System.nanoTime();
        open.forEach((connection, endPoint) -> {
            if (!endPoint.isOpen()) {
                // Closed before it was open, of which no listener hears.
                open.remove(connection);
            } else if (endPoint.isSlow(now, limitNanos)) {
                log.debug("Closing a slow connection from {}", endPoint.getRemoteSocketAddress());
                endPoint.close();
            }
        });
    }
}
