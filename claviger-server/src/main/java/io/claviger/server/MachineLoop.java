package io.claviger.server;

import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.RejectedExecutionException;

/** The thread of the machine: what comes from another one hops to it, what comes from itself runs at once. */
public record MachineLoop(EventExecutor executor) {

    /** Whether this is that thread. */
    public boolean isHere() {
        return executor.inEventLoop();
    }

    /** Runs an action there: now if this is the thread, else in its turn; never if the server is closing. */
    public void run(Runnable action) {
        if (executor.inEventLoop()) {
            action.run();
            return;
        }
        try {
            executor.execute(action);
        } catch (RejectedExecutionException stopped) {
            // The server is closing, and with it every call; there is nobody left to tell.
            return;
        }
    }
}
