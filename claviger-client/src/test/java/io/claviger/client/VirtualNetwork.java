package io.claviger.client;

import io.claviger.Capability;
import io.claviger.LockClient;
import io.claviger.engine.Command;
import io.claviger.protocol.v1.ClientFrame;
import io.claviger.protocol.v1.ServerFrame;
import io.claviger.server.SessionIds;
import io.claviger.server.grpc.NativeSessions;
import io.claviger.server.grpc.NativeStream;
import io.claviger.server.grpc.Outbound;
import io.claviger.testkit.ContractBackend;
import io.claviger.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A server, its clients and what is between them, in virtual time: the real streams of the server, the real clients, and one
 * loop for all. Frames may be held up, lost, or find nobody.
 */
final class VirtualNetwork implements ContractBackend {
    private static final int SLICES = 40;

    final VirtualTime time = new VirtualTime();
    private final AtomicInteger queued = new AtomicInteger();
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread loop = new Thread(task, "virtual-loop");
        loop.setDaemon(true);
        return loop;
    });
    final VirtualServer server = new VirtualServer(time, this::execute);
    private final SessionIds ids = new SessionIds();
    private final NativeSessions sessions = new NativeSessions(server, ids::next, Keys::next, this::execute);

    /** Used on the loop only. */
    private final List<Link> links = new ArrayList<>();

    private volatile boolean refusing;
    private volatile boolean toServerLost;
    private volatile boolean toClientLost;
    private volatile boolean toClientHeldUp;
    private volatile @Nullable Thread loopThread;

    void execute(Runnable task) {
        queued.incrementAndGet();
        thread.execute(() -> {
            loopThread = Thread.currentThread();
            try {
                task.run();
            } catch (RuntimeException | Error broken) {
                broken.printStackTrace();
                throw broken;
            } finally {
                queued.decrementAndGet();
            }
        });
    }

    // ------------------------------------------------------------------------------------------ faults

    /** From now on nobody can connect. */
    void refuse(boolean refuse) {
        refusing = refuse;
    }

    /** From now on what is sent vanishes. */
    void lose(boolean toServer, boolean toClient) {
        toServerLost = toServer;
        toClientLost = toClient;
    }

    /** From now on what the server sends waits; or no longer. */
    void holdUp(boolean hold) {
        toClientHeldUp = hold;
        if (!hold) {
            onLoop(() -> links.forEach(Link::deliver));
        }
    }

    /** Breaks all connections, and both sides notice. */
    void cut() {
        onLoop(() -> List.copyOf(links).forEach(Link::cut));
        settle();
    }

    /** Restarts the server: connections break, and it has forgotten everything. */
    void restart() {
        onLoop(() -> {
            List<Link> broken = List.copyOf(links);
            server.restart();
            broken.forEach(Link::cut);
        });
        settle();
    }

    <T> T look(java.util.function.Function<io.claviger.engine.LockMachine, T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        execute(() -> answer.complete(question.apply(server.machine())));
        return answer.join();
    }

    private void onLoop(Runnable task) {
        CompletableFuture<?> done = new CompletableFuture<>();
        execute(() -> {
            task.run();
            done.complete(null);
        });
        done.join();
    }

    // ------------------------------------------------------------------------------------------ the backend of the
    // contract

    @Override
    public LockClient open() {
        return open(RemoteConfig.builder());
    }

    LockClient open(RemoteConfig.Builder config) {
        return LockClient.over(backend(config));
    }

    RemoteBackend backend(RemoteConfig.Builder config) {
        RemoteBackend backend = new RemoteBackend(config.executor(Runnable::run).build(), time, new VirtualConnector());
        backend.open().join();
        return backend;
    }

    @Override
    public Set<Capability> capabilities() {
        return EnumSet.allOf(Capability.class);
    }

    /** In slices, so that what is caused at one moment happens before the next one comes. */
    @Override
    public void advance(Duration by) {
        settle();
        for (int i = 0; i < SLICES; i++) {
            time.advance(by.dividedBy(SLICES));
            settle();
        }
    }

    @Override
    public void settle() {
        while (queued.get() > 0) {
            Thread.onSpinWait();
        }
    }

    @Override
    public void revoke(String name) {
        onLoop(() -> server.submit(new Command.Revoke(name, Optional.empty(), Command.Urgency.WHEN_SAFE)));
        settle();
    }

    @Override
    public void close() {
        thread.shutdown();
    }

    private final class VirtualConnector implements Connector {
        @Override
        public void execute(Runnable task) {
            VirtualNetwork.this.execute(task);
        }

        @Override
        public boolean isOnLoop() {
            return Thread.currentThread() == loopThread;
        }

        @Override
        public Stream open(ServerAddress address, Listener listener) {
            Link link = new Link(listener);
            if (refusing) {
                execute(() -> link.endClient("refuses connections"));
            } else {
                links.add(link);
            }
            return link;
        }

        @Override
        public void close() {}
    }

    /** One stream between a client and the server. */
    private final class Link implements Connector.Stream, Outbound {
        private final Connector.Listener client;
        private final NativeStream stream = new NativeStream(sessions, this);
        private final ArrayDeque<ClientFrame> toServer = new ArrayDeque<>();
        private final ArrayDeque<Runnable> toClient = new ArrayDeque<>();
        private boolean reading = true;
        private boolean clientEnded;

        Link(Connector.Listener client) {
            this.client = client;
        }

        @Override
        public void send(ClientFrame frame) {
            if (!toServerLost && !clientEnded) {
                execute(() -> {
                    toServer.add(frame);
                    pump();
                });
            }
        }

        /** The client has closed its side; what it sent before still arrives. */
        @Override
        public void end() {
            clientEnded = true;
            execute(() -> {
                stream.closed();
                links.remove(this);
            });
        }

        private void pump() {
            while (reading && !toServer.isEmpty()) {
                reading = false;
                stream.frame(toServer.remove());
            }
        }

        @Override
        public void receive() {
            reading = true;
            execute(this::pump);
        }

        @Override
        public void send(ServerFrame frame) {
            if (!toClientLost) {
                toClient.add(() -> {
                    if (!clientEnded) {
                        client.received(frame);
                    }
                });
                execute(this::deliver);
            }
        }

        void deliver() {
            while (!toClientHeldUp && !toClient.isEmpty()) {
                toClient.remove().run();
            }
        }

        @Override
        public void end(Ending ending, String reason) {
            links.remove(this);
            toClient.add(() -> endClient(reason));
            execute(this::deliver);
        }

        void cut() {
            links.remove(this);
            stream.gone();
            toClient.clear();
            endClient("the connection is broken");
        }

        private void endClient(String why) {
            if (!clientEnded) {
                clientEnded = true;
                client.ended(new Connector.Ending(false, why));
            }
        }
    }
}
