package io.claviger.client.ldlm;

import io.claviger.protocol.ldlm.LDLMGrpc;
import io.claviger.protocol.ldlm.LockRequest;
import io.claviger.protocol.ldlm.LockResponse;
import io.claviger.protocol.ldlm.RenewRequest;
import io.claviger.protocol.ldlm.TryLockRequest;
import io.claviger.protocol.ldlm.UnlockRequest;
import io.claviger.protocol.ldlm.UnlockResponse;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.Optional;

/**
 * A call to be made.
 *
 * @param method what is called
 * @param olderMethod what is called instead where that is not known, with the same bytes
 * @param request what is sent
 * @param what it does, for messages
 * @param deadline how long an attempt may take; empty = without limit
 * @param retries how many more attempts there may be; -1 = without limit
 */
record Rpc<Q, R>(
        MethodDescriptor<Q, R> method,
        Optional<MethodDescriptor<Q, R>> olderMethod,
        Q request,
        String what,
        Optional<Duration> deadline,
        int retries) {
    /** Renew under its name before version 1.2. Its request has the same fields. */
    private static final MethodDescriptor<RenewRequest, LockResponse> REFRESH_LOCK =
            LDLMGrpc.getRenewMethod().toBuilder()
                    .setFullMethodName(LDLMGrpc.getRefreshLockMethod().getFullMethodName())
                    .build();

    static Rpc<LockRequest, LockResponse> lock(LockRequest request, LdlmSettings settings) {
        // The server may take as long as it was asked to wait; without a limit, for ever.
        boolean limited = request.getWaitTimeoutSeconds() > 0;
        Optional<Duration> deadline = limited
                ? settings.rpcDeadline().map(extra -> extra.plusSeconds(request.getWaitTimeoutSeconds()))
                : Optional.empty();
        return new Rpc<>(
                LDLMGrpc.getLockMethod(),
                Optional.empty(),
                request,
                "lock '" + request.getName() + "'",
                deadline,
                settings.retries());
    }

    static Rpc<TryLockRequest, LockResponse> tryLock(TryLockRequest request, LdlmSettings settings) {
        return new Rpc<>(
                LDLMGrpc.getTryLockMethod(),
                Optional.empty(),
                request,
                "try to lock '" + request.getName() + "'",
                settings.rpcDeadline(),
                settings.retries());
    }

    static Rpc<UnlockRequest, UnlockResponse> unlock(LockKey lock, LdlmSettings settings) {
        return new Rpc<>(
                LDLMGrpc.getUnlockMethod(),
                Optional.empty(),
                UnlockRequest.newBuilder()
                        .setName(lock.name())
                        .setKey(lock.key())
                        .build(),
                "unlock '" + lock.name() + "'",
                settings.rpcDeadline(),
                settings.retries());
    }

    static Rpc<RenewRequest, LockResponse> renew(
            LockKey lock, Duration lockTimeout, Optional<Duration> deadline, int retries) {
        return new Rpc<>(
                LDLMGrpc.getRenewMethod(),
                Optional.of(REFRESH_LOCK),
                RenewRequest.newBuilder()
                        .setName(lock.name())
                        .setKey(lock.key())
                        .setLockTimeoutSeconds(WholeSeconds.of(lockTimeout))
                        .build(),
                "renew '" + lock.name() + "'",
                deadline,
                retries);
    }
}
