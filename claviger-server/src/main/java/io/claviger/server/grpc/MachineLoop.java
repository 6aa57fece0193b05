package io.claviger.server.grpc;

import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.RejectedExecutionException;

/** The thread of the machine: what comes from another one hops to it, what comes from itself runs at once. */
record MachineLoop(EventExecutor executor) {

    boolean isHere() {
        return executor.inEventLoop();
    }

    void run(Runnable action) {
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
