package io.claviger.server.grpc;

import io.claviger.engine.Command;
import io.claviger.engine.Command.Urgency;
import io.claviger.engine.Event;
import io.claviger.engine.LockMachine;
import io.claviger.engine.LockView;
import io.claviger.engine.OwnerKey;
import io.claviger.engine.SessionView;
import io.claviger.protocol.v1.AdminGrpc;
import io.claviger.protocol.v1.GetLockRequest;
import io.claviger.protocol.v1.GetLockResponse;
import io.claviger.protocol.v1.GetLockResponse.SuspectedWait;
import io.claviger.protocol.v1.GetStatusRequest;
import io.claviger.protocol.v1.GetStatusResponse;
import io.claviger.protocol.v1.ListLocksRequest;
import io.claviger.protocol.v1.ListLocksResponse;
import io.claviger.protocol.v1.ListSessionsRequest;
import io.claviger.protocol.v1.ListSessionsResponse;
import io.claviger.protocol.v1.LockInfo;
import io.claviger.protocol.v1.UnlockRequest;
import io.claviger.protocol.v1.UnlockResponse;
import io.claviger.server.Front;
import io.claviger.server.FrontAddress;
import io.claviger.server.MachineLoop;
import io.claviger.server.Sequencer;
import io.claviger.server.ServerStatus;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The service of administrators: looks at the machine between two commands, and takes grants back. Thread-safe. */
final class AdminService extends AdminGrpc.AdminImplBase {
    private final MachineLoop loop;
    private final Sequencer sequencer;
    private final ServerStatus status;

    AdminService(MachineLoop loop, Sequencer sequencer, ServerStatus status) {
        this.loop = loop;
        this.sequencer = sequencer;
        this.status = status;
    }

    @Override
    public void listLocks(ListLocksRequest request, StreamObserver<ListLocksResponse> answer) {
        UnaryReply<ListLocksResponse> reply = new UnaryReply<>(answer);
        if (isPage(request.getLimit(), reply) && isWaiters(request.getMaxWaiters(), reply)) {
            int limit = limit(request.getLimit());
            ask(
                    machine ->
                            machine.locks(request.getPrefix(), request.getAfter(), limit + 1, request.getMaxWaiters()),
                    reply,
                    locks -> page(locks, limit));
        }
    }

    @Override
    public void getLock(GetLockRequest request, StreamObserver<GetLockResponse> answer) {
        UnaryReply<GetLockResponse> reply = new UnaryReply<>(answer);
        if (!isWaiters(request.getMaxWaiters(), reply)) {
            return;
        }
        loop.run(() -> Sequencer.pass(
                sequencer.query(machine -> look(machine, request)),
                found -> found.ifPresentOrElse(
                        reply::answer,
                        () -> reply.fail(
                                Status.NOT_FOUND.withDescription("the name is not in use: nobody holds it or waits"))),
                reply::unavailable));
    }

    @Override
    public void listSessions(ListSessionsRequest request, StreamObserver<ListSessionsResponse> answer) {
        UnaryReply<ListSessionsResponse> reply = new UnaryReply<>(answer);
        if (isPage(request.getLimit(), reply)) {
            int limit = limit(request.getLimit());
            ask(LockMachine::sessions, reply, all -> sessions(all, request.getAfter(), limit));
        }
    }

    @Override
    public void getStatus(GetStatusRequest request, StreamObserver<GetStatusResponse> answer) {
        ask(this::status, new UnaryReply<>(answer), Function.identity());
    }

    @Override
    public void unlock(UnlockRequest request, StreamObserver<UnlockResponse> answer) {
        UnaryReply<UnlockResponse> reply = new UnaryReply<>(answer);
        switch (request.getWhichCase()) {
            case KEY ->
                OwnerKey.parse(request.getKey())
                        .ifPresentOrElse(
                                key -> revoke(request, Optional.of(key), reply),
                                () -> reply.invalid("the key must be the text of a UUID"));
            case TOKEN -> unlockToken(request, reply);
            case ALL -> {
                if (request.getAll()) {
                    revoke(request, Optional.empty(), reply);
                } else {
                    reply.invalid("all must be true, or a key or a token be given");
                }
            }
            case WHICH_NOT_SET -> reply.invalid("one of key, token and all must say which grants to take back");
        }
    }

    private void unlockToken(UnlockRequest request, UnaryReply<UnlockResponse> reply) {
        loop.run(() -> Sequencer.pass(
                sequencer.query(machine -> keyOf(machine, request)),
                key -> {
                    if (key.isPresent()) {
                        revoke(request, key, reply);
                    } else {
                        reply.answer(UnlockResponse.getDefaultInstance());
                    }
                },
                reply::unavailable));
    }

    private void revoke(UnlockRequest request, Optional<OwnerKey> key, UnaryReply<UnlockResponse> reply) {
        Urgency urgency = request.getNow() ? Urgency.NOW : Urgency.WHEN_SAFE;
        loop.run(() -> Sequencer.pass(
                sequencer.submit(new Command.Revoke(request.getName(), key, urgency)),
                done -> {
                    if (done instanceof Event.Revoked revoked) {
                        reply.answer(UnlockResponse.newBuilder()
                                .setRevoked(revoked.count())
                                .build());
                    } else {
                        reply.refuse(done);
                    }
                },
                reply::unavailable));
    }

    private static Optional<OwnerKey> keyOf(LockMachine machine, UnlockRequest request) {
        return machine.lock(request.getName(), 0).stream()
                .flatMap(lock -> lock.holders().stream())
                .filter(claim -> claim.token() == request.getToken())
                .map(LockView.ClaimView::key)
                .findFirst();
    }

    private <A, B> void ask(Function<LockMachine, A> question, UnaryReply<B> reply, Function<A, B> shown) {
        loop.run(() -> Sequencer.pass(
                sequencer.query(question), found -> reply.answer(shown.apply(found)), reply::unavailable));
    }

    private static Optional<GetLockResponse> look(LockMachine machine, GetLockRequest request) {
        return machine.lock(request.getName(), request.getMaxWaiters()).map(lock -> {
            GetLockResponse.Builder response = GetLockResponse.newBuilder().setLock(AdminViews.lock(lock));
            machine.suspectedCycle(lock.name())
                    .forEach(wait -> response.addSuspectedCycle(
                            SuspectedWait.newBuilder().setWho(wait.actor()).setName(wait.name())));
            return response.build();
        });
    }

    /** Cuts a page to what a message may hold; at least one name is always told. */
    private static ListLocksResponse page(List<LockView> locks, int limit) {
        ListLocksResponse.Builder response = ListLocksResponse.newBuilder();
        long bytes = 0;
        for (LockView lock : locks) {
            LockInfo info = AdminViews.lock(lock);
            bytes += info.getSerializedSize();
            boolean full = response.getLocksCount() == limit || bytes > GrpcLimits.PAGE_BYTES;
            if (full && response.getLocksCount() > 0) {
                return response.setMore(true).build();
            }
            response.addLocks(info);
        }
        return response.build();
    }

    private static ListSessionsResponse sessions(List<SessionView> all, long after, int limit) {
        List<SessionView> page = all.stream()
                .filter(session -> Long.compareUnsigned(session.id(), after) > 0)
                .sorted(Comparator.comparing(SessionView::id, Long::compareUnsigned))
                .limit(limit + 1L)
                .toList();
        ListSessionsResponse.Builder response =
                ListSessionsResponse.newBuilder().setMore(page.size() > limit);
        page.stream().limit(limit).forEach(session -> response.addSessions(AdminViews.session(session)));
        return response.build();
    }

    private GetStatusResponse status(LockMachine machine) {
        Runtime runtime = Runtime.getRuntime();
        GetStatusResponse.Builder response = GetStatusResponse.newBuilder()
                .setVersion(status.version())
                .setUptimeNanos(System.nanoTime() - status.startedNanos())
                .setDurability(status.durability())
                .setLastIndex(machine.lastIndex())
                .setLastToken(machine.lastToken())
                .setLocks(machine.lockCount())
                .setSessions(machine.sessionCount())
                .setHolders((long) machine.claimCount() - machine.waiterCount())
                .setWaiters(machine.waiterCount())
                .setHeapUsed(runtime.totalMemory() - runtime.freeMemory())
                .setHeapMax(runtime.maxMemory());
        status.fronts().forEach(front -> response.addFronts(front(front)));
        return response.build();
    }

    private static GetStatusResponse.Front front(Front front) {
        return GetStatusResponse.Front.newBuilder()
                .setName(front.name())
                .setAddress(FrontAddress.text(front.address()))
                .setConnections(front.connections())
                .build();
    }

    private static int limit(int asked) {
        return asked == 0 ? GrpcLimits.DEFAULT_PAGE : asked;
    }

    private static boolean isPage(int asked, UnaryReply<?> reply) {
        boolean valid = asked >= 0 && asked <= GrpcLimits.MAX_PAGE;
        if (!valid) {
            reply.invalid("the limit must be 1 to " + GrpcLimits.MAX_PAGE + ", or 0 for " + GrpcLimits.DEFAULT_PAGE
                    + ", but is " + asked);
        }
        return valid;
    }

    private static boolean isWaiters(int asked, UnaryReply<?> reply) {
        boolean valid = asked >= 0 && asked <= GrpcLimits.MAX_WAITERS;
        if (!valid) {
            reply.invalid("the number of waiters must be 0 to " + GrpcLimits.MAX_WAITERS + ", but is " + asked);
        }
        return valid;
    }
}
