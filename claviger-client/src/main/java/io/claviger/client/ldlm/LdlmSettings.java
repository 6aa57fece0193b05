package io.claviger.client.ldlm;

import io.claviger.LossReason;
import io.claviger.client.ServerAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;

/** What a client was built with; {@link LdlmClientBuilder} says what each means. */
record LdlmSettings(
        ServerAddress server,
        Optional<String> password,
        Optional<LdlmTls> tls,
        int retries,
        Duration retryDelay,
        boolean autoRenewLocks,
        RenewalRule renewalRule,
        Duration lockTimeout,
        Optional<Duration> rpcDeadline,
        boolean locksOutliveConnection,
        BiConsumer<LdlmLock, LossReason> onLost,
        Executor executor) {

    /** Returns the timeout of a lock: what its own options say, else what the client was built with; zero = none. */
    Duration lockTimeout(LdlmOptions options) {
        return options.lockTimeout().orElse(lockTimeout);
    }

    /** Does not show the password. */
    @Override
    public String toString() {
        return "LdlmSettings[" + server + (tls.isPresent() ? ", TLS" : "") + "]";
    }
}
