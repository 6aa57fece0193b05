package io.claviger.server.security;

import io.grpc.Attributes;
import io.grpc.ServerCall;
import io.grpc.ServerTransportFilter;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Notes which connections have given the right password. Their further right calls do not wait, so that a stranger on
 * the same machine who guesses slows nobody who is connected. Wrong ones still do.
 */
final class ProvenTransports extends ServerTransportFilter {
    private static final Attributes.Key<AtomicBoolean> PROVEN = Attributes.Key.create("claviger-password-proven");

    @Override
    public Attributes transportReady(Attributes transport) {
        return transport.toBuilder().set(PROVEN, new AtomicBoolean()).build();
    }

    static boolean isProven(ServerCall<?, ?> call) {
        AtomicBoolean proven = call.getAttributes().get(PROVEN);
        return proven != null && proven.get();
    }

    static void prove(ServerCall<?, ?> call) {
        AtomicBoolean proven = call.getAttributes().get(PROVEN);
        if (proven != null) {
            proven.set(true);
        }
    }
}
