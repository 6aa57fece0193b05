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
import java.util.concurrent.CopyOnWriteArrayList;
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

    private final List<VirtualClient> clients = new CopyOnWriteArrayList<>();
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

    /** From now on nobody can connect; or everybody again. */
    void refuse(boolean refuse) {
        clients.forEach(client -> client.refusing = refuse);
    }

    /** From now on what is sent vanishes, on the connections that there are and on later ones. */
    void lose(boolean toServer, boolean toClient) {
        clients.forEach(client -> client.lose(toServer, toClient));
    }

    /** From now on what the server sends waits; or no longer. */
    void holdUp(boolean hold) {
        clients.forEach(client -> client.holdUp(hold));
    }

    /** Breaks all connections, and both sides notice. */
    void cut() {
        clients.forEach(VirtualClient::cut);
    }

    /** Restarts the server: connections break, and it has forgotten everything. */
    void restart() {
        onLoop(() -> {
            server.restart();
            clients.forEach(client -> List.copyOf(client.links).forEach(Link::cut));
        });
        settle();
    }

    <T> T look(java.util.function.Function<io.claviger.engine.LockMachine, T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        execute(() -> answer.complete(question.apply(server.machine())));
        return answer.join();
    }

    void onLoop(Runnable task) {
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
        return client(config).locks;
    }

    /** Opens a client whose connections can be harmed apart from those of others. */
    VirtualClient client(RemoteConfig.Builder config) {
        VirtualClient client = new VirtualClient(config);
        client.backend.open().join();
        return client;
    }

    /** Makes a client that is yet to be opened. */
    VirtualClient unopened(RemoteConfig.Builder config) {
        return new VirtualClient(config);
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

    /** A client, and what lies between it and the server. */
    final class VirtualClient implements Connector {
        final RemoteBackend backend;
        final LockClient locks;
        final AtomicInteger framesSent = new AtomicInteger();
        final AtomicInteger commandsSent = new AtomicInteger();
        final AtomicInteger largestFrame = new AtomicInteger();

        /** Used on the loop only. */
        private final List<Link> links = new ArrayList<>();

        private final ArrayDeque<Runnable> frozenTasks = new ArrayDeque<>();
        private volatile boolean refusing;
        private volatile boolean denying;
        private volatile boolean toServerLost;
        private volatile boolean toClientLost;
        private volatile boolean toClientHeldUp;
        private volatile boolean frozen;

        private VirtualClient(RemoteConfig.Builder config) {
            backend = new RemoteBackend(config.executor(Runnable::run).build(), time, this);
            locks = LockClient.over(backend);
            clients.add(this);
        }

        void refuse(boolean refuse) {
            refusing = refuse;
        }

        /** From now on the server does not let this client in. */
        void deny() {
            denying = true;
        }

        void lose(boolean toServer, boolean toClient) {
            toServerLost = toServer;
            toClientLost = toClient;
        }

        void holdUp(boolean hold) {
            toClientHeldUp = hold;
            if (!hold) {
                onLoop(() -> List.copyOf(links).forEach(Link::deliver));
            }
        }

        void cut() {
            onLoop(() -> List.copyOf(links).forEach(Link::cut));
            settle();
        }

        /** The process stands still, and what it should do waits; or it goes on. */
        void freeze(boolean freeze) {
            onLoop(() -> frozen = freeze);
            if (!freeze) {
                onLoop(() -> {
                    while (!frozenTasks.isEmpty()) {
                        frozenTasks.remove().run();
                    }
                });
            }
            settle();
        }

        @Override
        public void execute(Runnable task) {
            VirtualNetwork.this.execute(() -> {
                if (frozen) {
                    frozenTasks.add(task);
                } else {
                    task.run();
                }
            });
        }

        @Override
        public boolean isOnLoop() {
            return Thread.currentThread() == loopThread;
        }

        @Override
        public Stream open(ServerAddress address, Listener listener) {
            Link link = new Link(this, listener);
            if (denying) {
                execute(() -> link.endClient(new Connector.Ending(true, "wrong password")));
            } else if (refusing) {
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
        private final VirtualClient owner;
        private final Connector.Listener client;
        private final NativeStream stream = new NativeStream(sessions, this);
        private final ArrayDeque<ClientFrame> toServer = new ArrayDeque<>();
        private final ArrayDeque<Runnable> toClient = new ArrayDeque<>();
        private boolean reading = true;
        private boolean clientEnded;

        /** A connection that has lost something is no good any more: nothing that follows ever arrives. */
        private boolean lostToServer;

        private boolean lostToClient;

        Link(VirtualClient owner, Connector.Listener client) {
            this.owner = owner;
            this.client = client;
        }

        @Override
        public void send(ClientFrame frame) {
            owner.framesSent.incrementAndGet();
            owner.largestFrame.accumulateAndGet(frame.getSerializedSize(), Math::max);
            owner.commandsSent.addAndGet(frame.getCommandsCount());
            lostToServer |= owner.toServerLost;
            if (!lostToServer && !clientEnded && owner.links.contains(this)) {
                VirtualNetwork.this.execute(() -> {
                    toServer.add(frame);
                    pump();
                });
            }
        }

        /** The client has closed its side; what it sent before still arrives. */
        @Override
        public void end() {
            clientEnded = true;
            if (!lostToServer && !owner.toServerLost) {
                VirtualNetwork.this.execute(stream::closed);
            }
            VirtualNetwork.this.execute(() -> owner.links.remove(this));
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
            VirtualNetwork.this.execute(this::pump);
        }

        @Override
        public void send(ServerFrame frame) {
            lostToClient |= owner.toClientLost;
            if (!lostToClient) {
                toClient.add(() -> {
                    if (!clientEnded) {
                        client.received(frame);
                    }
                });
                execute(this::deliver);
            }
        }

        void deliver() {
            while (!owner.toClientHeldUp && !owner.frozen && !toClient.isEmpty()) {
                toClient.remove().run();
            }
        }

        @Override
        public void end(Outbound.Ending ending, String reason) {
            owner.links.remove(this);
            if (!lostToClient && !owner.toClientLost) {
                toClient.add(() -> endClient(reason));
                execute(this::deliver);
            }
        }

        void cut() {
            owner.links.remove(this);
            stream.gone();
            toClient.clear();
            owner.execute(() -> endClient("the connection is broken"));
        }

        private void endClient(String why) {
            endClient(new Connector.Ending(false, why));
        }

        private void endClient(Connector.Ending ending) {
            if (!clientEnded) {
                clientEnded = true;
                client.ended(ending);
            }
        }

        private void execute(Runnable task) {
            owner.execute(task);
        }
    }
}
