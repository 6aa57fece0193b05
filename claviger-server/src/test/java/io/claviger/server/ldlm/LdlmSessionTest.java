package io.claviger.server.ldlm;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.engine.Command;
import io.claviger.engine.Event;
import io.claviger.engine.LockMachine;
import io.claviger.engine.OwnerKey;
import io.claviger.engine.Rejection;
import io.claviger.protocol.ldlm.LockResponse;
import io.claviger.protocol.ldlm.TryLockRequest;
import io.claviger.server.MachineLoop;
import io.claviger.server.Sequencer;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What a session does when the machine has no room for it. */
class LdlmSessionTest {
    private final FullMachine machine = new FullMachine();
    private final AtomicLong ids = new AtomicLong();
    private final LdlmSessions sessions = new LdlmSessions(
            machine,
            new MachineLoop(ImmediateEventExecutor.INSTANCE),
            ids::incrementAndGet,
            () -> new OwnerKey(7, ids.incrementAndGet()),
            false);
    private final List<String> told = new ArrayList<>();

    /** A machine that takes no session while it is full. */
    private static final class FullMachine implements Sequencer {
        private final LockMachine machine = new LockMachine(1_000, 42);
        private boolean full = true;

        @Override
        public CompletionStage<Event.Reply> submit(Command command) {
            if (full && command instanceof Command.OpenSession open) {
                return CompletableFuture.completedFuture(
                        new Event.Rejected(open.session(), Rejection.TOO_MANY_SESSIONS));
            }
            return CompletableFuture.completedFuture((Event.Reply)
                    machine.apply(machine.lastIndex() + 1, 1, command).get(0));
        }

        @Override
        public void host(long session, Consumer<Event.Notice> observer) {}

        @Override
        public void leave(long session) {}

        @Override
        public <T> CompletionStage<T> query(Function<LockMachine, T> question) {
            return CompletableFuture.completedFuture(question.apply(machine));
        }

        @Override
        public void close() {}
    }

    private final class Told implements LdlmReply<LockResponse> {
        @Override
        public void answer(LockResponse response) {
            told.add(response.getLocked() ? "locked" : response.getError().getMessage());
        }

        @Override
        public void unavailable(String why) {
            told.add("unavailable: " + why);
        }
    }

    @Test
    void aSessionForWhichThereIsNoRoom_saysSo_andIsOpenedWhenThereIs() {
        LdlmSession session = sessions.newSession("test");
        TryLockRequest request = TryLockRequest.newBuilder().setName("a").build();
        session.tryLock(request, new Told());
        machine.full = false;
        session.tryLock(request, new Told());
        assertThat(told).containsExactly("unavailable: there are 1000000 sessions, the most allowed", "locked");
    }
}
