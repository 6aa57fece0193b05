package io.claviger.testkit;

import io.claviger.Capability;
import io.claviger.LockClient;
import io.claviger.local.LocalBackend;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** The contract holds, and its suite finds so, where everything arrives a little later on another thread. */
class DelayedContractTest extends LockClientContract {
    private static final long SEED =
            Long.getLong(Property.SEED, ThreadLocalRandom.current().nextLong(1L << 40));

    static {
        System.out.println("DelayedContractTest: delays of seed " + SEED);
    }

    @Override
    protected ContractBackend openBackend() {
        return new FarAway();
    }

    private static final class FarAway implements ContractBackend {
        private final LocalContract near = new LocalContract();
        private final DelayedWire wire = new DelayedWire(SEED);

        @Override
        public LockClient open() {
            return LockClient.over(new DelayedBackend(new LocalBackend(near.space, wire.listeners(), () -> {}), wire));
        }

        @Override
        public Set<Capability> capabilities() {
            return Set.of(Capability.values());
        }

        @Override
        public void advance(Duration by) {
            Duration step = lease().dividedBy(100);
            for (Duration left = by; !left.isZero(); left = left.minus(step)) {
                near.advance(step);
                settle();
            }
        }

        @Override
        public void revoke(String name) {
            near.revoke(name);
        }

        @Override
        public void settle() {
            wire.settle();
        }

        @Override
        public void close() {
            wire.settle();
            near.space.checkInvariants();
            wire.close();
        }
    }
}
