package io.claviger.lab;

import java.util.Arrays;

/** Locks on a table of DynamoDB, of ours or of others, as a process has them. Thread-safe. */
interface TableLocks extends AutoCloseable {
    /** Waits for a name. */
    Held acquire(String name) throws InterruptedException;

    TableMeter meter();

    @Override
    void close();

    /** A name that is held. */
    interface Held {
        void release();
    }

    /** What is measured. */
    enum Kind {
        NATIVE("native", 2),
        LYNK("lynk", 3),
        LYNK_TOKEN_OFF("lynk-token-off", 2),
        DYNALOCK("dynalock", 3),
        DYNALOCK_TOKEN_OFF("dynalock-token-off", 2),
        AWSLABS("awslabs", 3);

        final String word;

        /** How many requests it takes to acquire and release without rivals. */
        final int requestsPerCycle;

        Kind(String word, int requestsPerCycle) {
            this.word = word;
            this.requestsPerCycle = requestsPerCycle;
        }

        static Kind of(String word) {
            return Arrays.stream(values())
                    .filter(kind -> kind.word.equals(word))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("as is one of "
                            + Arrays.stream(values()).map(kind -> kind.word).toList() + ", not '" + word + "'"));
        }
    }
}
