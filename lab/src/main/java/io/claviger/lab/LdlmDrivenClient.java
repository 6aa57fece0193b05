package io.claviger.lab;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.claviger.client.ldlm.LdlmClient;
import io.claviger.client.ldlm.LdlmClientBuilder;
import io.claviger.client.ldlm.LdlmException;
import io.claviger.client.ldlm.LdlmLock;
import io.claviger.client.ldlm.LdlmLockContext;
import io.claviger.client.ldlm.LdlmOptions;
import io.claviger.client.ldlm.LdlmRefusedException;
import io.claviger.client.ldlm.LdlmTls;
import io.claviger.client.ldlm.LdlmUnavailableException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/** A client in {@link LdlmDriver}, with the locks that it was asked for. Thread-safe. */
final class LdlmDrivenClient {
    private final LdlmClient client;

    /** By the number of the request that they came from. */
    private final Map<Long, LdlmLock> locks = new ConcurrentHashMap<>();

    private final Map<Long, CountDownLatch> leaving = new ConcurrentHashMap<>();

    private LdlmDrivenClient(LdlmClient client) {
        this.client = client;
    }

    static LdlmDrivenClient open(JsonObject ask) {
        LdlmClientBuilder builder = LdlmClient.builder(ask.get("address").getAsString())
                .retries(ask.get("retries").getAsInt())
                .autoRenewLocks(ask.has("auto_renew") && ask.get("auto_renew").getAsBoolean());
        seconds(ask, "retry_delay_seconds").ifPresent(builder::retryDelay);
        seconds(ask, "lock_timeout_seconds").ifPresent(builder::lockTimeout);
        if (ask.has("password")) {
            builder.password(ask.get("password").getAsString());
        }
        if (ask.has("tls")) {
            builder.tls(tls(ask.getAsJsonObject("tls")));
        }
        return new LdlmDrivenClient(builder.connect());
    }

    /** Does what a request says and returns the answer. Who enters a context says so when it has, and answers at its end. */
    JsonObject run(String what, JsonObject ask, Consumer<JsonObject> entered) throws InterruptedException {
        switch (what) {
            case "lock", "try_lock" -> {
                return kept(ask, lock(what, ask));
            }
            case "renew" -> {
                return describe(client.renew(name(ask), ask.get("key").getAsString(), renewal(ask)));
            }
            case "renew_object" -> {
                LdlmLock lock = of(ask);
                lock.renew(renewal(ask));
                return describe(lock);
            }
            case "context" -> {
                return context(ask, entered);
            }
            case "unlock" -> client.unlock(name(ask), ask.get("key").getAsString());
            case "unlock_object" -> of(ask).unlock();
            case "leave" -> left(ask.get("of").getAsLong()).countDown();
            case "close" -> client.close();
            default -> throw new IllegalArgumentException("cannot " + what);
        }
        JsonObject done = new JsonObject();
        done.addProperty("unlocked", what.startsWith("unlock"));
        return done;
    }

    private LdlmLock lock(String what, JsonObject ask) throws InterruptedException {
        boolean tries = what.equals("try_lock");
        if (ask.has("async")) {
            try {
                return (tries
                                ? client.tryLockAsync(name(ask), options(ask))
                                : client.lockAsync(name(ask), options(ask)))
                        .get();
            } catch (ExecutionException failed) {
                throw new CompletionException(failed.getCause());
            }
        }
        return tries ? client.tryLock(name(ask), options(ask)) : client.lock(name(ask), options(ask));
    }

    private JsonObject kept(JsonObject ask, LdlmLock lock) {
        locks.put(ask.get("id").getAsLong(), lock);
        return describe(lock);
    }

    private JsonObject context(JsonObject ask, Consumer<JsonObject> entered) throws InterruptedException {
        CountDownLatch left = left(ask.get("id").getAsLong());
        try (LdlmLockContext lock = ask.has("try") && ask.get("try").getAsBoolean()
                ? client.tryLockContext(name(ask), options(ask))
                : client.lockContext(name(ask), options(ask))) {
            entered.accept(kept(ask, lock));
            left.await();
            if (ask.has("body_fails") && ask.get("body_fails").getAsBoolean()) {
                throw new BodyFailed();
            }
        }
        JsonObject end = new JsonObject();
        end.addProperty("left", true);
        return end;
    }

    /** What ends the body of a context. */
    private CountDownLatch left(long context) {
        return leaving.computeIfAbsent(context, entered -> new CountDownLatch(1));
    }

    private LdlmLock of(JsonObject ask) {
        LdlmLock lock = locks.get(ask.get("of").getAsLong());
        if (lock == null) {
            throw new IllegalArgumentException("no lock of that request");
        }
        return lock;
    }

    private static JsonObject describe(LdlmLock lock) {
        JsonObject answer = new JsonObject();
        answer.addProperty("locked", lock.isLocked());
        answer.addProperty("true", lock.isLocked());
        answer.addProperty("name", lock.name());
        answer.addProperty("key", lock.key());
        lock.fencingToken().ifPresent(token -> answer.addProperty("token", token));
        return answer;
    }

    /** What a failure looks like to the suite: LDLM's code if it has one, gRPC's status if it is of that kind. */
    static JsonObject describe(Exception thrown) {
        Throwable failed =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        JsonObject answer = new JsonObject();
        answer.addProperty("raised", failed.getClass().getSimpleName());
        answer.addProperty("message", String.valueOf(failed.getMessage()));
        if (failed instanceof LdlmUnavailableException) {
            answer.addProperty("status", "UNAVAILABLE");
        } else if (failed instanceof LdlmRefusedException) {
            answer.addProperty("status", "UNAUTHENTICATED");
        } else if (failed instanceof LdlmException coded && coded.code() != LdlmException.NO_CODE) {
            answer.addProperty("code", coded.code());
        }
        return answer;
    }

    private static String name(JsonObject ask) {
        return ask.get("name").getAsString();
    }

    private static LdlmOptions options(JsonObject ask) {
        LdlmOptions options = LdlmOptions.DEFAULT;
        Optional<Duration> wait = seconds(ask, "wait_timeout_seconds");
        if (wait.isPresent()) {
            options = options.withWaitTimeout(wait.get());
        }
        Optional<Duration> timeout = seconds(ask, "lock_timeout_seconds");
        if (timeout.isPresent()) {
            options = options.withLockTimeout(timeout.get());
        }
        return ask.has("size") ? options.withSize(ask.get("size").getAsInt()) : options;
    }

    private static Duration renewal(JsonObject ask) {
        return Duration.ofSeconds(ask.get("lock_timeout_seconds").getAsLong());
    }

    private static Optional<Duration> seconds(JsonObject ask, String field) {
        return Optional.ofNullable(ask.get(field)).map(JsonElement::getAsLong).map(Duration::ofSeconds);
    }

    private static LdlmTls tls(JsonObject files) {
        return new LdlmTls(path(files, "cert_file"), path(files, "key_file"), path(files, "ca_file"));
    }

    private static Optional<Path> path(JsonObject files, String field) {
        return Optional.ofNullable(files.get(field))
                .map(JsonElement::getAsString)
                .map(Path::of);
    }

    /** What the body of a context throws when it is told to. */
    private static final class BodyFailed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private BodyFailed() {
            super("body");
        }
    }
}
