package io.claviger.testkit;

import io.claviger.Capability;
import io.claviger.LockClient;
import io.claviger.local.LocalBackend;
import io.claviger.local.LocalSpace;
import io.claviger.local.SystemTime;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/** The in-process backend as it is opened for users: real time and real threads, so nothing that must wait for time. */
class LocalConnectContractTest extends LockClientContract {
    private static final long POLL_NANOS = 20_000;

    @Override
    protected ContractBackend openBackend() {
        LocalSpace space = new LocalSpace(SystemTime.INSTANCE, 1, 42);
        CountingExecutor executor = new CountingExecutor();
        return new ContractBackend() {
            @Override
            public LockClient open() {
                return LockClient.over(new LocalBackend(space, executor, () -> {}));
            }

            @Override
            public Set<Capability> capabilities() {
                return EnumSet.allOf(Capability.class);
            }

            @Override
            public void settle() {
                // A stage asks for what follows before it ends, so there is no gap between the two.
                long deadline = System.nanoTime() + patience().toNanos();
                while (!executor.isIdle() && System.nanoTime() - deadline < 0) {
                    LockSupport.parkNanos(POLL_NANOS);
                }
            }
        };
    }
}
