package io.claviger.cli;

import io.claviger.protocol.ldlm.LDLMGrpc;
import io.claviger.protocol.ldlm.LockResponse;
import io.claviger.protocol.ldlm.TryLockRequest;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.util.concurrent.TimeUnit;

/** A client of LDLM over gRPC. Its connection is its session. */
final class LdlmCalls implements AutoCloseable {
    private static final int LIMIT_SECONDS = 20;
    private static final Metadata.Key<String> PASSWORD =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private final ManagedChannel channel;
    private final LDLMGrpc.LDLMBlockingStub calls;

    /** @param password empty for none */
    LdlmCalls(int port, String password) {
        channel =
                NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
        Metadata headers = new Metadata();
        if (!password.isEmpty()) {
            headers.put(PASSWORD, password);
        }
        calls = LDLMGrpc.newBlockingStub(channel).withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    LockResponse tryLock(String name) {
        return tryLock(TryLockRequest.newBuilder().setName(name).build());
    }

    LockResponse tryLock(TryLockRequest request) {
        return calls.withDeadlineAfter(LIMIT_SECONDS, TimeUnit.SECONDS).tryLock(request);
    }

    /** Ends the connection and waits for that. */
    @Override
    public void close() {
        try {
            channel.shutdownNow().awaitTermination(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
