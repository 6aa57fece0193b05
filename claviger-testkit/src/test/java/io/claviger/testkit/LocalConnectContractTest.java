package io.claviger.testkit;

import io.claviger.Capability;
import io.claviger.LockClient;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;

/** The in-process backend as users open it: real time and real threads, so nothing that must wait for time. */
class LocalConnectContractTest extends LockClientContract {
    @Override
    protected ContractBackend openBackend() {
        String uri = "local:" + UUID.randomUUID();
        return new ContractBackend() {
            @Override
            public LockClient open() {
                return LockClient.connect(uri);
            }

            @Override
            public Set<Capability> capabilities() {
                return EnumSet.allOf(Capability.class);
            }

            @Override
            public void settle() {
                ForkJoinPool.commonPool().awaitQuiescence(10, TimeUnit.SECONDS);
            }
        };
    }
}
