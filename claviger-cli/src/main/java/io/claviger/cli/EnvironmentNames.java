package io.claviger.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The names of the environment variables that are ours. A misspelt one must not be overlooked in silence. */
final class EnvironmentNames {
    static final String PREFIX = "CLAVIGER_";

    /** Those that are no options: the launcher's, and those that clients read and that a command under a lock gets. */
    private static final List<String> OTHERS = List.of(
            "CLAVIGER_JAVA_OPTS",
            "CLAVIGER_WHICH_ARCHIVE",
            "CLAVIGER_LC_ALL",
            "CLAVIGER_URL",
            "CLAVIGER_LOCK",
            "CLAVIGER_TOKEN",
            "CLAVIGER_KEY");

    /** What Kubernetes sets in every container for a service whose name begins with "claviger". */
    private static final Pattern KUBERNETES = Pattern.compile("CLAVIGER_(\\w+_)?(SERVICE_(HOST|PORT|PORT_\\w+)"
            + "|PORT_\\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)=.*|CLAVIGER_(\\w+_)?PORT=(tcp|udp|sctp)://.*");

    private EnvironmentNames() {}

    /**
     * Looks for variables that begin as ours but are none. Empty ones count as not set.
     *
     * @param options the variables of all options
     * @throws BadOptionException if there is one
     */
    static void check(Map<String, String> environment, List<String> options) {
        List<String> known = new ArrayList<>(options);
        known.addAll(OTHERS);
        // Sorted, so that of several always the same one is told.
        new TreeMap<>(environment).forEach((name, value) -> {
            boolean ours = name.startsWith(PREFIX) && !value.isEmpty();
            if (ours
                    && !known.contains(name)
                    && !KUBERNETES.matcher(name + "=" + value).matches()) {
                throw new BadOptionException("unknown environment variable " + OptionValue.printable(name)
                        + ", did you mean " + nearest(name, known) + "?");
            }
        });
    }

    private static String nearest(String name, List<String> known) {
        return known.stream()
                .min(Comparator.comparingInt(candidate -> distance(name, candidate)))
                .orElseThrow();
    }

    /** The number of letters to insert, remove or replace to get from one to the other. */
    private static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }
}
