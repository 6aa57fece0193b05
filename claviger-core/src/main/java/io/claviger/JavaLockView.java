package io.claviger;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/** A {@link DistributedLock} as a {@link Lock}: the leases stand in a stack, for no thread owns them. */
final class JavaLockView implements Lock {
    private final DistributedLock lock;
    private final ConcurrentLinkedDeque<Lease> leases = new ConcurrentLinkedDeque<>();

    JavaLockView(DistributedLock lock) {
        this.lock = lock;
    }

    @Override
    public void lock() {
        // The contract of Lock.lock(): an interrupt neither ends the wait nor costs the place in the queue.
        leases.push(BackendLock.join(lock.acquireAsync()));
    }

    @Override
    public void lockInterruptibly() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        leases.push(lock.acquire());
    }

    @Override
    public boolean tryLock() {
        return held(lock.tryAcquire());
    }

    @Override
    public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        return held(lock.acquire(Duration.ofNanos(Math.max(0, unit.toNanos(time)))));
    }

    /**
     * Releases the newest lease.
     *
     * @throws IllegalMonitorStateException if nothing is held through this view
     * @throws LeaseLostException if the lease was lost before
     */
    @Override
    public void unlock() {
        Lease lease = leases.poll();
        if (lease == null) {
            throw new IllegalMonitorStateException("'" + lock.name() + "' is not held through this view");
        }
        lease.release();
    }

    /** Always throws: a condition would need to wait on other machines. */
    @Override
    public Condition newCondition() {
        throw new UnsupportedOperationException("a distributed lock has no conditions");
    }

    private boolean held(Optional<Lease> lease) {
        lease.ifPresent(leases::push);
        return lease.isPresent();
    }
}
