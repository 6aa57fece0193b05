package io.claviger.server.http;

import jakarta.servlet.Servlet;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import jdk.net.ExtendedSocketOptions;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Jetty, with what we need of it and no more: one listener, one servlet, a few threads. */
final class HttpListener {
    /** A dead machine's connection ends 30 s + 3 probes of 10 s after its last sign of life, as at the other fronts. */
    private static final int KEEP_IDLE_SECONDS = 30;

    private static final int KEEP_INTERVAL_SECONDS = 10;
    private static final int KEEP_PROBES = 3;

    private static final Logger log = LoggerFactory.getLogger(HttpListener.class);
    private static final String METHOD_OVERRIDE = "X-HTTP-Method-Override";

    private final HttpThreads threads = new HttpThreads();
    private final Server server =
            new Server(threads, new ScheduledExecutorScheduler("claviger-http-timer", true), null);
    private final WatchedConnections connections;
    private final ServerConnector connector;

    /**
     * Makes one that does not listen yet, and has no thread.
     *
     * @param engines what TLS needs; empty = plain text
     */
    HttpListener(int maxConnections, Optional<Supplier<SSLEngine>> engines) {
        this(maxConnections, engines, ServerSocketChannel::accept);
    }

    /** As the other one, and says how clients are accepted. */
    HttpListener(int maxConnections, Optional<Supplier<SSLEngine>> engines, Accepting accept) {
        connections = new WatchedConnections(configuration(), maxConnections);
        connector = new Listener(server, accept, factories(engines, connections));
        connector.setIdleTimeout(HttpLimits.IDLE_MILLIS);
        server.addConnector(connector);
        server.setErrorHandler(new PlainErrors());
        server.setStopTimeout(0);
    }

    /** Sets what serves all paths; to be called before it listens. */
    void serve(Servlet servlet) {
        ServletContextHandler context = new ServletContextHandler(ServletContextHandler.NO_SESSIONS);
        context.addServlet(new ServletHolder(servlet), "/*");
        context.setErrorHandler(new PlainErrors());
        server.setHandler(context);
    }

    /**
     * Listens.
     *
     * @throws IOException if the address cannot be bound, or something else failed; nothing listens then
     */
    void open(InetSocketAddress address) throws IOException {
        // Before all else, since it is what may fail.
        ServerSocketChannel listener = ServerSocketChannel.open();
        try {
            listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            listener.bind(address, HttpLimits.BACKLOG);
            connector.open(listener);
            server.start();
        } catch (IOException failed) {
            listener.close();
            throw failed;
        } catch (Exception failed) {
            listener.close();
            throw new IOException(String.valueOf(failed.getMessage()), failed);
        }
    }

    InetSocketAddress address() throws IOException {
        return (InetSocketAddress) ((ServerSocketChannel) connector.getTransport()).getLocalAddress();
    }

    WatchedConnections connections() {
        return connections;
    }

    /** Returns the threads that may write to clients. */
    Executor threads() {
        return threads;
    }

    /** Accepts no more connections; those that stand go on. */
    void stopListening() {
        connector.close();
    }

    /** Cuts all connections off and ends the threads. */
    void stop() throws IOException, InterruptedException {
        try {
            server.stop();
            threads.end(HttpLimits.FAREWELL_MILLIS);
        } catch (InterruptedException interrupted) {
            throw interrupted;
        } catch (Exception failed) {
            throw new IOException(String.valueOf(failed.getMessage()), failed);
        }
    }

    private static HttpConfiguration configuration() {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendDateHeader(true);
        // A path is compared as it stands, so no spelling of it can mean two things here.
        http.setUriCompliance(UriCompliance.LEGACY);
        http.setRequestHeaderSize(HttpLimits.MAX_HEADER_BYTES);
        http.addCustomizer(HttpListener::withoutOverride);
        return http;
    }

    /** Javalin would take the method from there, and so let a header do what only a method may. */
    private static Request withoutOverride(Request request, HttpFields.Mutable responseHeaders) {
        if (!request.getHeaders().contains(METHOD_OVERRIDE)) {
            return request;
        }
        HttpFields kept =
                HttpFields.build(request.getHeaders()).remove(METHOD_OVERRIDE).asImmutable();
        return new Request.Wrapper(request) {
            @Override
            public HttpFields getHeaders() {
                return kept;
            }
        };
    }

    private static ConnectionFactory[] factories(
            Optional<Supplier<SSLEngine>> engines, WatchedConnections connections) {
        if (engines.isEmpty()) {
            return new ConnectionFactory[] {connections};
        }
        SslConnectionFactory tls = new SslConnectionFactory(new GuardedTls(engines.get()), connections.getProtocol());
        // It would compare the host name with the certificate's, which is the client's affair.
        tls.setEnsureSecureRequestCustomizer(false);
        return new ConnectionFactory[] {tls, connections};
    }

    /** Takes the next client from a listener. */
    interface Accepting {
        /** Returns a client; null if there is none. */
        @Nullable
        SocketChannel from(ServerSocketChannel listener) throws IOException;
    }

    /** Accepts on the thread of the sockets, and has the system look after dead peers. */
    private static final class Listener extends ServerConnector {
        private static final int ON_THE_THREAD_OF_THE_SOCKETS = 0;
        private static final int ONE = 1;

        private final Accepting accept;

        Listener(Server server, Accepting accept, ConnectionFactory[] factories) {
            super(server, null, null, null, ON_THE_THREAD_OF_THE_SOCKETS, ONE, factories);
            this.accept = accept;
        }

        @Override
        protected SelectorManager newSelectorManager(Executor executor, Scheduler scheduler, int selectors) {
            return new ServerConnectorManager(executor, scheduler, selectors) {
                @Override
                protected @Nullable SocketChannel doAccept(SelectableChannel listener) {
                    return nextClient((ServerSocketChannel) listener);
                }
            };
        }

        private @Nullable SocketChannel nextClient(ServerSocketChannel listener) {
            if (!isAccepting()) {
                return null;
            }
            try {
                return accept.from(listener);
            } catch (ClosedChannelException closing) {
                return null;
            } catch (IOException noFiles) {
                // Whoever knocks stays at the door, so without a pause this would be met again at once, and for ever.
                setAccepting(false);
                getScheduler().schedule(this::acceptAgain, HttpLimits.ACCEPT_PAUSE_MILLIS, TimeUnit.MILLISECONDS);
                log.warn("Nobody can connect over HTTP for now: {}", noFiles.getMessage());
                return null;
            }
        }

        private void acceptAgain() {
            if (isRunning() && isOpen()) {
                setAccepting(true);
            }
        }

        @Override
        protected void configure(Socket socket) {
            super.configure(socket);
            try {
                socket.setKeepAlive(true);
                socket.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, KEEP_IDLE_SECONDS);
                socket.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, KEEP_INTERVAL_SECONDS);
                socket.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, KEEP_PROBES);
            } catch (IOException | UnsupportedOperationException without) {
                // A system that has no such options, or a client that is gone already: nothing to look after.
                return;
            }
        }
    }
}
