package io.claviger;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/**
 * A {@link DistributedLock} as a {@link Lock}. Leases stand in a stack with the threads that took them. An unlock gives back
 * the newest of its own thread; no thread owns them, though, so a thread that has none gives back the newest of any.
 */
final class JavaLockView implements Lock {
    private record Held(Lease lease, Thread taker) {}

    private final DistributedLock lock;
    private final ConcurrentLinkedDeque<Held> leases = new ConcurrentLinkedDeque<>();

    JavaLockView(DistributedLock lock) {
        this.lock = lock;
    }

    @Override
    public void lock() {
        // The contract of Lock.lock(): an interrupt neither ends the wait nor costs the place in the queue.
        push(BackendLock.join(lock.acquireAsync()));
    }

    @Override
    public void lockInterruptibly() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        push(lock.acquire());
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
     * Releases the newest lease that this thread took through this view, or if there is none, the newest of all.
     *
     * @throws IllegalMonitorStateException if nothing is held through this view
     * @throws LeaseLostException if the lease was lost before
     */
    @Override
    public void unlock() {
        Thread current = Thread.currentThread();
        for (Held held : leases) {
            if (held.taker() == current && leases.remove(held)) {
                held.lease().release();
                return;
            }
        }
        Held newest = leases.poll();
        if (newest == null) {
            throw new IllegalMonitorStateException("'" + lock.name() + "' is not held through this view");
        }
        newest.lease().release();
    }

    /** Always throws: a condition would need to wait on other machines. */
    @Override
    public Condition newCondition() {
        throw new UnsupportedOperationException("a distributed lock has no conditions");
    }

    private void push(Lease lease) {
        leases.push(new Held(lease, Thread.currentThread()));
    }

    private boolean held(Optional<Lease> lease) {
        lease.ifPresent(this::push);
        return lease.isPresent();
    }
}
