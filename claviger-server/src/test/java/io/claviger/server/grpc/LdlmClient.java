package io.claviger.server.grpc;

import com.google.common.util.concurrent.ListenableFuture;
import io.claviger.protocol.ldlm.LDLMGrpc;
import io.claviger.protocol.ldlm.LockRequest;
import io.claviger.protocol.ldlm.LockResponse;
import io.claviger.protocol.ldlm.RefreshLockRequest;
import io.claviger.protocol.ldlm.RenewRequest;
import io.claviger.protocol.ldlm.TryLockRequest;
import io.claviger.protocol.ldlm.UnlockRequest;
import io.claviger.protocol.ldlm.UnlockResponse;
import io.grpc.ManagedChannel;
import java.util.concurrent.TimeUnit;

/** One connection of an LDLM client, as the stubs of any language have it. */
record LdlmClient(ManagedChannel channel) implements AutoCloseable {

    LDLMGrpc.LDLMBlockingStub calls() {
        return LDLMGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
    }

    LockResponse tryLock(String name) {
        return calls().tryLock(TryLockRequest.newBuilder().setName(name).build());
    }

    LockResponse tryLock(TryLockRequest.Builder request) {
        return calls().tryLock(request.build());
    }

    LockResponse lock(LockRequest.Builder request) {
        return calls().lock(request.build());
    }

    /** Waits without a deadline. */
    ListenableFuture<LockResponse> lockLater(LockRequest.Builder request) {
        return LDLMGrpc.newFutureStub(channel).lock(request.build());
    }

    UnlockResponse unlock(String name, String key) {
        return calls().unlock(
                        UnlockRequest.newBuilder().setName(name).setKey(key).build());
    }

    LockResponse renew(String name, String key, int seconds) {
        return calls().renew(RenewRequest.newBuilder()
                .setName(name)
                .setKey(key)
                .setLockTimeoutSeconds(seconds)
                .build());
    }

    LockResponse refresh(String name, String key, int seconds) {
        return calls().refreshLock(RefreshLockRequest.newBuilder()
                .setName(name)
                .setKey(key)
                .setLockTimeoutSeconds(seconds)
                .build());
    }

    /** Ends the connection. */
    @Override
    public void close() {
        channel.shutdownNow();
    }
}
