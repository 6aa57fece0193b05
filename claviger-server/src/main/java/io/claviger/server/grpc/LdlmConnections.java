package io.claviger.server.grpc;

import io.claviger.server.FrontAddress;
import io.claviger.server.MachineLoop;
import io.claviger.server.ldlm.LdlmSession;
import io.claviger.server.ldlm.LdlmSessions;
import io.grpc.Attributes;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerTransportFilter;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Makes a connection a session of LDLM, and lets each of its calls find it. Thread-safe. */
final class LdlmConnections extends ServerTransportFilter implements ServerInterceptor {
    private static final Attributes.Key<LdlmSession> OF_CONNECTION = Attributes.Key.create("ldlm-session");
    private static final Context.Key<LdlmSession> OF_CALL = Context.key("ldlm-session");

    private final MachineLoop loop;
    private final LdlmSessions sessions;

    LdlmConnections(MachineLoop loop, LdlmSessions sessions) {
        this.loop = loop;
        this.sessions = sessions;
    }

    /** Returns the session of the call that this thread begins to serve. */
    static LdlmSession current() {
        return OF_CALL.get();
    }

    @Override
    public Attributes transportReady(Attributes connection) {
        LdlmSession session = sessions.newSession(label(connection.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR)));
        return connection.toBuilder().set(OF_CONNECTION, session).build();
    }

    @Override
    public void transportTerminated(@Nullable Attributes connection) {
        // Null where the connection ended before it was ready.
        LdlmSession session = connection == null ? null : connection.get(OF_CONNECTION);
        if (session != null) {
            loop.run(() -> session.end(() -> {}));
        }
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        Context context =
                Context.current().withValue(OF_CALL, call.getAttributes().get(OF_CONNECTION));
        return Contexts.interceptCall(context, call, headers, next);
    }

    /** In digits: a name would have to be looked up. */
    private static String label(@Nullable SocketAddress remote) {
        if (remote instanceof InetSocketAddress internet && internet.getAddress() != null) {
            return "LDLM client " + FrontAddress.text(internet);
        }
        return "LDLM client";
    }
}
