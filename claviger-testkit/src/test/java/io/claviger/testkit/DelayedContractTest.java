package io.claviger.testkit;

import io.claviger.local.LocalBackend;
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
        LocalContract near = new LocalContract();
        return new FarAway(near, SEED, wire -> new LocalBackend(near.space, wire.listeners(), () -> {}));
    }
}
