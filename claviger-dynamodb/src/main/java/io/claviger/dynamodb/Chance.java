package io.claviger.dynamodb;

import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** What is random about a client, so that tests can repeat it. Thread-safe. */
interface Chance {
    Chance REAL = new Chance() {
        @Override
        public String version() {
            return UUID.randomUUID().toString();
        }

        @Override
        public double fraction() {
            return ThreadLocalRandom.current().nextDouble();
        }
    };

    /** Returns 36 characters, as those of a UUID, that nobody else ever has. */
    String version();

    /** Returns a number from 0 to below 1. */
    double fraction();

    /** Returns a time that is up to a quarter shorter or longer, so that clients do not keep step with each other. */
    default long around(long nanos) {
        return (long) (nanos * (0.75 + fraction() / 2));
    }
}
