package io.claviger.testkit;

import io.claviger.Capability;
import io.claviger.LockClient;
import io.claviger.spi.LockBackend;
import java.time.Duration;
import java.util.Set;
import java.util.function.Function;

/** A space in virtual time, reached over a wire with delays. */
final class FarAway implements ContractBackend {
    private final ContractBackend near;
    private final Function<DelayedWire, LockBackend> client;
    private final DelayedWire wire;

    /**
     * Puts a wire before a space.
     *
     * @param client opens a client of it, whose listeners run on the wire's threads
     */
    FarAway(ContractBackend near, long seed, Function<DelayedWire, LockBackend> client) {
        this.near = near;
        this.client = client;
        this.wire = new DelayedWire(seed);
    }

    @Override
    public LockClient open() {
        return LockClient.over(new DelayedBackend(client.apply(wire), wire));
    }

    @Override
    public Set<Capability> capabilities() {
        return near.capabilities();
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
    public Duration patience() {
        return near.patience();
    }

    @Override
    public void close() {
        wire.settle();
        wire.close();
        near.close();
    }
}
