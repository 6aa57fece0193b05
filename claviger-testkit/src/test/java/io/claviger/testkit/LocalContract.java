package io.claviger.testkit;

import io.claviger.Capability;
import io.claviger.LockClient;
import io.claviger.engine.Command;
import io.claviger.local.LocalBackend;
import io.claviger.local.LocalSpace;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** A local space in virtual time, in which everything happens within the call that causes it. */
final class LocalContract implements ContractBackend {
    final VirtualTime time = new VirtualTime();
    final LocalSpace space = new LocalSpace(time, 1, 42);

    @Override
    public LockClient open() {
        return LockClient.over(new LocalBackend(space, Runnable::run, () -> {}));
    }

    @Override
    public Set<Capability> capabilities() {
        return EnumSet.allOf(Capability.class);
    }

    @Override
    public void advance(Duration by) {
        time.advance(by);
        space.checkInvariants();
    }

    @Override
    public void close() {
        space.checkInvariants();
    }

    @Override
    public void revoke(String name) {
        space.submit(new Command.Revoke(name, Optional.empty(), Command.Urgency.WHEN_SAFE));
    }
}
