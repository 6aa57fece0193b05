package io.claviger.server.ipc;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.engine.Command;
import io.claviger.engine.Event;
import io.claviger.engine.Origin;
import io.claviger.engine.OwnerKey;
import io.claviger.engine.SessionKind;
import io.claviger.server.VolatileSequencer;
import io.claviger.server.ipc.IpcAnswer.Holder;
import io.claviger.server.ipc.IpcRequest.ListHolders;
import io.claviger.server.ipc.IpcRequest.Unlock;
import io.claviger.server.ipc.IpcRequest.Which;
import io.netty.util.concurrent.DefaultEventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MachineDeskTest {
    private static final Origin SESSION = Origin.unnumbered(5);

    private final DefaultEventExecutor executor = new DefaultEventExecutor();
    private final VolatileSequencer sequencer = new VolatileSequencer(executor);
    private final MachineDesk desk = new MachineDesk(sequencer);
    private long keys;

    @BeforeEach
    void openSession() throws Exception {
        assertThat(apply(new Command.OpenSession(5, SessionKind.CONNECTION, 0, new OwnerKey(9, 9), "test")))
                .isInstanceOf(Event.SessionOpened.class);
    }

    @AfterEach
    void stop() {
        sequencer.close();
        executor.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }

    private Event.Reply apply(Command command) throws Exception {
        return sequencer.submit(command).toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private OwnerKey hold(String name, int capacity) throws Exception {
        OwnerKey key = new OwnerKey(1, ++keys);
        assertThat(acquire(name, key, capacity, Command.Waiting.NEVER)).isInstanceOf(Event.Granted.class);
        return key;
    }

    private Event.Reply acquire(String name, OwnerKey key, int capacity, Command.Waiting waiting) throws Exception {
        return apply(new Command.Acquire(SESSION, name, key, 1, capacity, 0, waiting));
    }

    private IpcAnswer ask(IpcRequest request) throws Exception {
        return desk.answer(request).toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private List<Holder> all() throws Exception {
        List<Holder> all = new ArrayList<>();
        ListHolders next = ListHolders.FIRST;
        while (true) {
            IpcAnswer.Page page = (IpcAnswer.Page) ask(next);
            all.addAll(page.holders());
            if (!page.more()) {
                return all;
            }
            Holder last = page.holders().get(page.holders().size() - 1);
            next = new ListHolders(last.name(), last.token());
        }
    }

    @Test
    void list_isByNameThenByAge_withKeysAndSizes_andWithoutThoseWhoWait() throws Exception {
        OwnerKey first = hold("b", 2);
        OwnerKey only = hold("a", 1);
        OwnerKey second = hold("b", 2);
        acquire("a", new OwnerKey(2, 2), 1, Command.Waiting.QUEUE);
        assertThat(all())
                .extracting(Holder::name, Holder::key, Holder::size)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("a", only.text(), 1),
                        org.assertj.core.groups.Tuple.tuple("b", first.text(), 2),
                        org.assertj.core.groups.Tuple.tuple("b", second.text(), 2));
    }

    @Test
    void list_ofMoreThanAPage_ofNamesAndOfHolders_isComplete() throws Exception {
        int many = IpcLimits.PAGE_HOLDERS + 10;
        for (int i = 0; i < many; i++) {
            hold("shared", many);
            hold(String.format("z%05d", i), 1);
        }
        List<Holder> all = all();
        assertThat(all).hasSize(2 * many).doesNotHaveDuplicates();
        assertThat(all.subList(0, many)).allMatch(holder -> holder.name().equals("shared"));
        assertThat(all.get(2 * many - 1).name()).isEqualTo(String.format("z%05d", many - 1));
    }

    @Test
    void list_ofTheLongestNames_comesInPagesThatFit() throws Exception {
        String longest = "\u20ac".repeat(IpcLimits.MAX_NAME_LENGTH - 2);
        for (int i = 10; i < 30; i++) {
            hold(longest + i, 1);
        }
        IpcAnswer first = ask(ListHolders.FIRST);
        assertThat(((IpcAnswer.Page) first).more()).isTrue();
        assertThat(IpcCodec.encode(first).remaining()).isLessThan(IpcLimits.MAX_ANSWER_BYTES);
        assertThat(all()).hasSize(20);
    }

    @Test
    void unlock_withoutAKey_takesTheOnlyHolders_andPassesOn() throws Exception {
        hold("a", 1);
        OwnerKey waiting = new OwnerKey(2, 2);
        assertThat(acquire("a", waiting, 1, Command.Waiting.QUEUE)).isInstanceOf(Event.Queued.class);
        assertThat(ask(new Unlock("a", Which.THE_ONLY_ONE, ""))).isEqualTo(new IpcAnswer.Unlocked(1));
        assertThat(all()).extracting(Holder::key).containsExactly(waiting.text());
    }

    @Test
    void unlock_withoutAKey_ofSeveral_doesNothing_andSaysHowMany() throws Exception {
        hold("a", 3);
        hold("a", 3);
        IpcAnswer answer = ask(new Unlock("a", Which.THE_ONLY_ONE, ""));
        assertThat(((IpcAnswer.Refused) answer).reason()).contains("2 holders", "--all", "key");
        assertThat(all()).hasSize(2);
    }

    @Test
    void unlock_withAKey_takesThatHolders() throws Exception {
        OwnerKey first = hold("a", 2);
        OwnerKey second = hold("a", 2);
        assertThat(ask(new Unlock("a", Which.BY_KEY, first.text()))).isEqualTo(new IpcAnswer.Unlocked(1));
        assertThat(all()).extracting(Holder::key).containsExactly(second.text());
    }

    @Test
    void unlock_withAWrongKey_doesNothing() throws Exception {
        hold("a", 1);
        OwnerKey other = hold("b", 1);
        IpcAnswer invalid = new IpcAnswer.Refused("invalid lock key");
        assertThat(ask(new Unlock("a", Which.BY_KEY, other.text()))).isEqualTo(invalid);
        assertThat(ask(new Unlock("a", Which.BY_KEY, "no key"))).isEqualTo(invalid);
        assertThat(ask(new Unlock("a", Which.BY_KEY, ""))).isEqualTo(invalid);
        assertThat(all()).hasSize(2);
    }

    @Test
    void unlock_all_takesEach() throws Exception {
        hold("a", 3);
        hold("a", 3);
        hold("b", 1);
        assertThat(ask(new Unlock("a", Which.ALL, ""))).isEqualTo(new IpcAnswer.Unlocked(2));
        assertThat(all()).extracting(Holder::name).containsExactly("b");
    }

    @Test
    void unlock_ofANameThatNobodyHolds() throws Exception {
        for (Which which : Which.values()) {
            assertThat(ask(new Unlock("a", which, ""))).isEqualTo(new IpcAnswer.NoSuchLock());
        }
    }
}
