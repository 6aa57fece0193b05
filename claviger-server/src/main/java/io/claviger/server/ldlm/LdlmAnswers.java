package io.claviger.server.ldlm;

import io.claviger.engine.Event;
import io.claviger.engine.Limits;
import io.claviger.engine.Rejection;
import io.claviger.protocol.ldlm.Error;
import io.claviger.protocol.ldlm.ErrorCode;
import io.claviger.protocol.ldlm.LockResponse;
import io.claviger.protocol.ldlm.UnlockResponse;
import org.jspecify.annotations.Nullable;

/** LDLM's answers: its codes and its texts, letter by letter. Keys are told only with locks that are held. */
final class LdlmAnswers {
    static final Error NAME_EMPTY = error(ErrorCode.Unknown, "lock name cannot be empty");
    static final Error LOCK_TIMEOUT = error(ErrorCode.Unknown, "lock timeout must be greater than 0");
    static final Error WAIT_TIMEOUT = error(ErrorCode.Unknown, "wait timeout must be greater than 0");
    static final Error INVALID_SIZE = error(ErrorCode.InvalidLockSize, "lock size must be greater than 0");
    static final Error SIZE_MISMATCH = error(ErrorCode.LockSizeMismatch, "lock size mismatch");
    static final Error WAITED_IN_VAIN = error(ErrorCode.LockWaitTimeout, "timeout waiting to acquire lock");
    static final Error NO_SUCH_LOCK = error(ErrorCode.LockDoesNotExist, "a lock by that name does not exist");
    static final Error INVALID_KEY = error(ErrorCode.InvalidLockKey, "invalid lock key");
    static final Error NOT_RENEWED =
            error(ErrorCode.LockDoesNotExistOrInvalidKey, "lock does not exist or invalid key");
    private static final Error NO_SESSION = error(ErrorCode.Unknown, "session does not exist");

    private LdlmAnswers() {}

    static LockResponse locked(Event.Granted granted) {
        return LockResponse.newBuilder()
                .setLocked(true)
                .setName(granted.name())
                .setKey(granted.key().text())
                .setFencingToken(granted.token())
                .build();
    }

    static LockResponse renewed(String name, Event.Renewed renewed) {
        return LockResponse.newBuilder()
                .setLocked(true)
                .setName(name)
                .setKey(renewed.key().text())
                .setFencingToken(renewed.token())
                .build();
    }

    static LockResponse notLocked(String name, @Nullable Error error) {
        LockResponse.Builder response = LockResponse.newBuilder().setName(name);
        return error == null ? response.build() : response.setError(error).build();
    }

    static UnlockResponse unlocked(String name) {
        return UnlockResponse.newBuilder().setUnlocked(true).setName(name).build();
    }

    static UnlockResponse notUnlocked(String name, Error error) {
        return UnlockResponse.newBuilder().setName(name).setError(error).build();
    }

    /** What the machine refused, in LDLM's words where it has some. */
    static Error refusal(Event.Reply answer) {
        if (!(answer instanceof Event.Rejected rejected)) {
            return error(
                    ErrorCode.Unknown,
                    "an unexpected answer: " + answer.getClass().getSimpleName());
        }
        return switch (rejected.reason()) {
            case CAPACITY_MISMATCH -> SIZE_MISMATCH;
            case INVALID_CAPACITY, INVALID_PERMITS -> INVALID_SIZE;
            case UNKNOWN_SESSION -> NO_SESSION;
            case INVALID_NAME -> unknown("a lock name has at most " + Limits.MAX_NAME_LENGTH + " characters");
            case TOO_MANY_WAITERS ->
                unknown("the lock has " + Limits.MAX_WAITERS_PER_NAME + " waiters, the most allowed");
            case TOO_MANY_SESSIONS -> unknown("there are " + Limits.MAX_SESSIONS + " sessions, the most allowed");
            case TOO_MANY_CLAIMS ->
                unknown("the session has " + Limits.MAX_CLAIMS_PER_SESSION + " locks and waiters, the most allowed");
            default -> unknown("the request was refused: " + words(rejected.reason()));
        };
    }

    private static Error unknown(String sentence) {
        return error(ErrorCode.Unknown, sentence);
    }

    private static String words(Rejection reason) {
        return reason.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    }

    private static Error error(ErrorCode code, String message) {
        return Error.newBuilder().setCode(code).setMessage(message).build();
    }
}
