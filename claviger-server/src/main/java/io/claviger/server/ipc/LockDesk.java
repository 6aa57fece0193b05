package io.claviger.server.ipc;

import java.util.concurrent.CompletionStage;

/** Answers what comes over the socket. */
public interface LockDesk {

    /** Answers a request, perhaps later and on another thread. Does not block. */
    CompletionStage<IpcAnswer> answer(IpcRequest request);
}
