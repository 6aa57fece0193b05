package io.claviger.server.security;

import java.net.InetAddress;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Judges passwords, and says when the verdict may be told. Thread-safe; never blocks. */
public final class PasswordCheck {
    private final Password password;
    private final Throttle throttle;

    /** What an attempt is. */
    public enum Verdict {
        /** The password is right. */
        RIGHT,
        /** The password is wrong. */
        WRONG,
        /** Not looked at: too many attempts from there are waiting for their answers. */
        TOO_MANY
    }

    /**
     * A verdict that nobody must be told, by word or by deed, before its time: a right password from an address that
     * guesses waits as long as a wrong one.
     *
     * @param delayNanos how long to wait; 0 or more
     */
    public record Judgement(Verdict verdict, long delayNanos) {}

    PasswordCheck(Password password, LongSupplier nanoClock) {
        this.password = password;
        this.throttle = new Throttle(nanoClock);
    }

    /**
     * Judges one attempt.
     *
     * @param from whose it is; null = unknown
     */
    public Judgement judge(@Nullable InetAddress from, byte[] attempt) {
        return judge(from, List.of(attempt));
    }

    /** Compares without counting: for those who have proved before, on the same connection, that they know it. */
    public boolean isRight(byte[] attempt) {
        return matches(List.of(attempt));
    }

    /** Judges one attempt that can be read in several ways: right if one of them is. */
    Judgement judge(@Nullable InetAddress from, List<byte[]> readings) {
        long delayNanos = throttle.attempt(from);
        if (delayNanos == Throttle.TOO_MANY) {
            return new Judgement(Verdict.TOO_MANY, 0);
        }
        if (matches(readings)) {
            return new Judgement(Verdict.RIGHT, delayNanos);
        }
        throttle.failed(from);
        return new Judgement(Verdict.WRONG, delayNanos);
    }

    /** Compares without counting: for those who have proved before that they know it. */
    boolean matches(List<byte[]> readings) {
        boolean right = false;
        for (byte[] reading : readings) {
            // All of them, so that the time does not tell which one it was.
            right |= password.matches(reading);
        }
        return right;
    }
}
