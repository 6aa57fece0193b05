package io.claviger.dynamodb;

import java.util.SplittableRandom;
import java.util.UUID;

/** The same versions and fractions for the same seed. */
final class SeededChance implements Chance {
    private final SplittableRandom random;

    SeededChance(long seed) {
        random = new SplittableRandom(seed);
    }

    @Override
    public synchronized String version() {
        return new UUID(random.nextLong(), random.nextLong()).toString();
    }

    @Override
    public synchronized double fraction() {
        return random.nextDouble();
    }
}
