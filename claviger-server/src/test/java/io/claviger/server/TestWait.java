package io.claviger.server;

import java.util.function.BooleanSupplier;

/** Waits for something observable, with a deadline. */
public final class TestWait {
    private static final long LIMIT_NANOS = 10_000_000_000L;

    private TestWait() {}

    /** Returns when the condition holds. */
    public static void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + LIMIT_NANOS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited in vain");
            }
            Thread.onSpinWait();
        }
    }
}
