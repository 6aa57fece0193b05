package io.claviger.lab;

/**
 * How the holders of one experiment hold.
 *
 * @param leaseMillis their lease, renewed by their client; 0 = none
 */
record HolderOptions(String at, String name, long leaseMillis) {

    static final String USAGE = "MortalHolder at=URI name=N [lease=0 (ms, 0 = none)]";

    /**
     * Reads the arguments.
     *
     * @throws IllegalArgumentException if one is unknown, missing or has a bad value
     */
    static HolderOptions parse(String... words) {
        Arguments given = new Arguments(words);
        HolderOptions options =
                new HolderOptions(given.text("at"), given.text("name"), given.number("lease", 0, 0, 3_600_000));
        given.finish();
        return options;
    }

    /** Returns the words that {@link #parse} reads this from. */
    String[] words() {
        return new String[] {"at=" + at, "name=" + name, "lease=" + leaseMillis};
    }
}
