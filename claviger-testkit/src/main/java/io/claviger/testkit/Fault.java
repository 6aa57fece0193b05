package io.claviger.testkit;

import io.claviger.testkit.FaultProxy.Direction;
import io.claviger.testkit.FaultProxy.Ending;
import java.time.Duration;

/** One thing that a {@link FaultPlan} does to a {@link FaultProxy}; each is the method of the same name. */
public sealed interface Fault {

    /** Does it. */
    void applyTo(FaultProxy proxy);

    /** See {@link FaultProxy#delay}. */
    record Delay(Direction direction, Duration delay) implements Fault {
        @Override
        public void applyTo(FaultProxy proxy) {
            proxy.delay(direction, delay);
        }
    }

    /** See {@link FaultProxy#hold}. */
    record Hold(Direction direction) implements Fault {
        @Override
        public void applyTo(FaultProxy proxy) {
            proxy.hold(direction);
        }
    }

    /** See {@link FaultProxy#blackHole}. */
    record BlackHole(Direction direction) implements Fault {
        @Override
        public void applyTo(FaultProxy proxy) {
            proxy.blackHole(direction);
        }
    }

    /** See {@link FaultProxy#cutAfter}. */
    record CutAfter(Direction direction, long bytes, Ending ending) implements Fault {
        @Override
        public void applyTo(FaultProxy proxy) {
            proxy.cutAfter(direction, bytes, ending);
        }
    }

    /** See {@link FaultProxy#refuse}. */
    record Refuse() implements Fault {
        @Override
        public void applyTo(FaultProxy proxy) {
            proxy.refuse();
        }
    }

    /** See {@link FaultProxy#deadEnd}. */
    record DeadEnd() implements Fault {
        @Override
        public void applyTo(FaultProxy proxy) {
            proxy.deadEnd();
        }
    }

    /** See {@link FaultProxy#heal}. */
    record Heal() implements Fault {
        @Override
        public void applyTo(FaultProxy proxy) {
            proxy.heal();
        }
    }
}
