package io.claviger;

/** One task under one lease. */
final class LockedRun {
    private final Lease lease;
    private final Thread runner = Thread.currentThread();

    /** All below are guarded by this. */
    private boolean running;

    private boolean interrupted;

    LockedRun(Lease lease) {
        this.lease = lease;
    }

    <E extends Exception> void run(LockedTask<E> task) throws E {
        try (lease) {
            begin();
            lease.onLost(reason -> interrupt());
            try {
                lease.checkpoint();
                task.run(lease);
            } catch (Exception failed) {
                if (isOurInterrupt(failed)) {
                    tellLoss(failed);
                }
                throw failed;
            } finally {
                end();
            }
            checkLost();
        }
    }

    private synchronized boolean isOurInterrupt(Exception failed) {
        return interrupted && failed instanceof InterruptedException;
    }

    /** A task that lets our interrupt pass must not look as if somebody had interrupted its caller. */
    private void tellLoss(Exception interrupt) {
        try {
            checkLost();
        } catch (LeaseLostException lost) {
            lost.addSuppressed(interrupt);
            throw lost;
        }
    }

    /** A task may have released the lease, or handed it off: that is no loss. */
    private void checkLost() {
        try {
            lease.checkpoint();
        } catch (IllegalStateException endedByTask) {
            return;
        }
    }

    private synchronized void begin() {
        running = true;
    }

    /** Only while the task runs: an interrupt that comes later would hit whatever the thread does then. */
    private synchronized void interrupt() {
        if (running) {
            interrupted = true;
            runner.interrupt();
        }
    }

    private synchronized void end() {
        running = false;
        if (interrupted) {
            // Ours, and the task is over. Whoever called is told of the loss by an exception.
            Thread.interrupted();
        }
    }
}
