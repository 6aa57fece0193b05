package io.claviger.server.security;

import io.claviger.server.security.PasswordCheck.Judgement;
import io.claviger.server.security.PasswordCheck.Verdict;
import io.grpc.Context;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks every call for the password, in the metadata {@code authorization}: bare, as LDLM has it, or as {@code Bearer P} or
 * {@code Basic base64(anybody:P)}. Who has none gets UNAUTHENTICATED with LDLM's words.
 *
 * <p>The health service asks nothing: probes cannot carry metadata, and learn only whether the server serves.
 */
final class PasswordInterceptor implements ServerInterceptor {
    static final String MISSING = "missing credentials";
    static final String INVALID = "invalid credentials";
    static final String TOO_MANY = "too many attempts, try again later";

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final String HEALTH = "grpc.health.v1.Health";
    private static final String BEARER = "bearer ";
    private static final String BASIC = "basic ";

    private final PasswordCheck password;
    private final ScheduledExecutorService scheduler;

    PasswordInterceptor(PasswordCheck password, ScheduledExecutorService scheduler) {
        this.password = password;
        this.scheduler = scheduler;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        if (HEALTH.equals(call.getMethodDescriptor().getServiceName())) {
            return next.startCall(call, headers);
        }
        Iterable<String> values = headers.getAll(AUTHORIZATION);
        if (values == null) {
            return refuse(call, MISSING);
        }
        // The first one counts, as it does for LDLM.
        List<byte[]> readings = readings(values.iterator().next());
        if (ProvenTransports.isProven(call) && password.matches(readings)) {
            return next.startCall(call, headers);
        }
        Judgement judgement = password.judge(address(call), readings);
        if (judgement.delayNanos() == 0) {
            return proceed(judgement.verdict(), call, headers, next);
        }
        DelayedListener<Q> listener = new DelayedListener<>();
        Context context = Context.current();
        scheduler.schedule(
                context.wrap(() -> {
                    if (!call.isCancelled()) {
                        listener.become(proceed(judgement.verdict(), call, headers, next));
                    }
                }),
                judgement.delayNanos(),
                TimeUnit.NANOSECONDS);
        return listener;
    }

    private static <Q, A> ServerCall.Listener<Q> proceed(
            Verdict verdict, ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        return switch (verdict) {
            case RIGHT -> {
                ProvenTransports.prove(call);
                yield next.startCall(call, headers);
            }
            case WRONG -> refuse(call, INVALID);
            case TOO_MANY -> refuse(call, TOO_MANY);
        };
    }

    private static <Q> ServerCall.Listener<Q> refuse(ServerCall<Q, ?> call, String why) {
        call.close(Status.UNAUTHENTICATED.withDescription(why), new Metadata());
        return new ServerCall.Listener<>() {};
    }

    /** A bare password may begin like a scheme, so it is read both ways. */
    private static List<byte[]> readings(String value) {
        List<byte[]> readings = new ArrayList<>();
        readings.add(value.getBytes(StandardCharsets.UTF_8));
        String lower = value.toLowerCase(Locale.ROOT);
        if (lower.startsWith(BEARER)) {
            readings.add(value.substring(BEARER.length()).strip().getBytes(StandardCharsets.UTF_8));
        } else if (lower.startsWith(BASIC)) {
            addBasic(value.substring(BASIC.length()).strip(), readings);
        }
        return readings;
    }

    /** The password is all that stands behind the first colon (RFC 7617). */
    private static void addBasic(String encoded, List<byte[]> readings) {
        try {
            byte[] pair = Base64.getDecoder().decode(encoded);
            for (int i = 0; i < pair.length; i++) {
                if (pair[i] == ':') {
                    readings.add(java.util.Arrays.copyOfRange(pair, i + 1, pair.length));
                    return;
                }
            }
        } catch (IllegalArgumentException notBase64) {
            // Then it can only be a bare password.
        }
    }

    private static @Nullable InetAddress address(ServerCall<?, ?> call) {
        SocketAddress remote = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
        return remote instanceof InetSocketAddress internet ? internet.getAddress() : null;
    }
}
