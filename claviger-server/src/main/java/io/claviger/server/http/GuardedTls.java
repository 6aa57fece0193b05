package io.claviger.server.http;

import java.net.InetSocketAddress;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** Gives Jetty the engines of the server's guard, which follow the files, instead of engines of its own. */
final class GuardedTls extends SslContextFactory.Server {
    private final Supplier<SSLEngine> engines;

    GuardedTls(Supplier<SSLEngine> engines) {
        this.engines = engines;
        setRenegotiationAllowed(false);
    }

    /** There is nothing to load. */
    @Override
    protected void doStart() {}

    @Override
    protected void doStop() {}

    @Override
    public SSLEngine newSSLEngine() {
        return engines.get();
    }

    @Override
    public SSLEngine newSSLEngine(String host, int port) {
        return engines.get();
    }

    @Override
    public SSLEngine newSSLEngine(InetSocketAddress address) {
        return engines.get();
    }
}
