package io.claviger.server.grpc;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.InputStream;

/**
 * Ends a call whose message cannot be read, with a status that says so. Without this the library logs a stack trace and
 * says that the server failed.
 */
final class MalformedMessages implements ServerInterceptor {
    private static final Marshaller<InputStream> BYTES = new Marshaller<>() {
        @Override
        public InputStream stream(InputStream bytes) {
            return bytes;
        }

        @Override
        public InputStream parse(InputStream bytes) {
            return bytes;
        }
    };

    private MalformedMessages() {}

    /** Returns the service with its messages read behind this interceptor, which so sees them fail. */
    static ServerServiceDefinition refused(ServerServiceDefinition service) {
        return ServerInterceptors.intercept(
                ServerInterceptors.useMarshalledMessages(service, BYTES), new MalformedMessages());
    }

    @Override
    public <A, B> ServerCall.Listener<A> interceptCall(
            ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
        return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
            private boolean refused;

            @Override
            public void onMessage(A message) {
                try {
                    super.onMessage(message);
                } catch (StatusRuntimeException malformed) {
                    refused = true;
                    call.close(
                            Status.INVALID_ARGUMENT.withDescription("the message is not what "
                                    + call.getMethodDescriptor().getFullMethodName() + " takes: it cannot be read"),
                            new Metadata());
                    // It is told of no other end.
                    super.onCancel();
                }
            }

            @Override
            public void onHalfClose() {
                if (!refused) {
                    super.onHalfClose();
                }
            }

            @Override
            public void onCancel() {
                if (!refused) {
                    super.onCancel();
                }
            }
        };
    }
}
