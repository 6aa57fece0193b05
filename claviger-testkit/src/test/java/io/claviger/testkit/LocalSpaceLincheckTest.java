package io.claviger.testkit;

import io.claviger.engine.Command;
import io.claviger.engine.Command.Waiting;
import io.claviger.engine.LockMachine;
import io.claviger.engine.Origin;
import io.claviger.engine.OwnerKey;
import io.claviger.engine.SessionKind;
import io.claviger.local.LocalSpace;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/**
 * S2: whatever threads do to a space at the same time, the answers are those of a machine to which they came one by one.
 * The sequential specification is the machine itself. Answers carry tokens, so the order must fit exactly.
 */
@Param(name = "key", gen = IntGen.class, conf = "1:4")
@Param(name = "name", gen = IntGen.class, conf = "0:1")
@SuppressWarnings("MemberName")
public class LocalSpaceLincheckTest {
    private static final long START = 1;
    private static final Origin ORIGIN = Origin.unnumbered(1);
    private static final Command OPEN =
            new Command.OpenSession(1, SessionKind.CONNECTION, 0, new OwnerKey(0, 0), "lincheck");

    private final LocalSpace space = new LocalSpace(new VirtualTime(), START, 42);

    /** Made anew for each run, as Lincheck does. */
    public LocalSpaceLincheckTest() {
        space.host(1, (notice, appliedNanos) -> {});
        space.submit(OPEN);
    }

    @Operation
    public String tryAcquire(@Param(name = "key") int key) {
        return space.submit(acquire(key, Waiting.NEVER)).toString();
    }

    @Operation
    public String queue(@Param(name = "key") int key) {
        return space.submit(acquire(key, Waiting.QUEUE)).toString();
    }

    @Operation
    public String release(@Param(name = "key") int key) {
        return space.submit(new Command.Release(ORIGIN, key(key))).toString();
    }

    @Operation
    public String withdraw(@Param(name = "key") int key) {
        return space.submit(new Command.Withdraw(ORIGIN, key(key))).toString();
    }

    @Operation
    public String look(@Param(name = "name") int name) {
        return space.look(name(name), 9).toString();
    }

    @Validate
    public void invariantsHold() {
        space.checkInvariants();
    }

    @Test
    void S2_answersAreThoseOfSomeOrder_inAllInterleavings() {
        new ModelCheckingOptions()
                .iterations(4)
                .invocationsPerIteration(60)
                .threads(2)
                .actorsPerThread(3)
                .actorsBefore(2)
                .actorsAfter(1)
                .sequentialSpecification(Sequential.class)
                .check(LocalSpaceLincheckTest.class);
    }

    @Test
    void S2_answersAreThoseOfSomeOrder_underStress() {
        new StressOptions()
                .iterations(10)
                .invocationsPerIteration(1_000)
                .threads(3)
                .actorsPerThread(3)
                .sequentialSpecification(Sequential.class)
                .check(LocalSpaceLincheckTest.class);
    }

    /** The same operations on the machine. */
    public static class Sequential {
        private final LockMachine machine = new LockMachine(START, 42);

        /** Made anew for each order that is tried. */
        public Sequential() {
            apply(OPEN);
        }

        public String tryAcquire(int key) {
            return apply(acquire(key, Waiting.NEVER));
        }

        public String queue(int key) {
            return apply(acquire(key, Waiting.QUEUE));
        }

        public String release(int key) {
            return apply(new Command.Release(ORIGIN, key(key)));
        }

        public String withdraw(int key) {
            return apply(new Command.Withdraw(ORIGIN, key(key)));
        }

        public String look(int name) {
            return machine.lock(name(name), 9).toString();
        }

        private String apply(Command command) {
            return machine.apply(machine.lastIndex() + 1, 0, command).get(0).toString();
        }
    }

    /** Keys 1 and 3 ask for one name, 2 and 4 for another. */
    private static Command acquire(int key, Waiting waiting) {
        return new Command.Acquire(ORIGIN, name(key % 2), key(key), 1, 1, 0, waiting);
    }

    private static OwnerKey key(int key) {
        return new OwnerKey(0, key);
    }

    private static String name(int name) {
        return "name " + name;
    }
}
