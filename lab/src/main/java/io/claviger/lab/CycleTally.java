package io.claviger.lab;

import java.util.Collection;

/** What all threads of one measurement counted. */
final class CycleTally {
    private final LatencyHistogram acquires = new LatencyHistogram();
    private final LatencyHistogram releases = new LatencyHistogram();
    private final LatencyHistogram handOffs = new LatencyHistogram();
    private long least = Long.MAX_VALUE;
    private long most;

    static CycleTally of(Collection<CycleThread> threads) {
        CycleTally tally = new CycleTally();
        threads.forEach(tally::add);
        return tally;
    }

    private void add(CycleThread thread) {
        acquires.add(thread.acquires);
        releases.add(thread.releases);
        handOffs.add(thread.handOffs);
        least = Math.min(least, thread.cycles());
        most = Math.max(most, thread.cycles());
    }

    long cycles() {
        return releases.total();
    }

    /** Adds the rates and times to a result. */
    void describe(JsonLine line, double seconds) {
        line.put("cycles_per_s", cycles() / seconds).put("acquire", acquires).put("release", releases);
    }

    /** Adds what only threads on one name can tell. Fairness is the most cycles of a thread to the least of another. */
    void describeHandOffs(JsonLine line, double seconds, Baton baton) {
        line.put("handoffs_per_s", handOffs.total() / seconds)
                .put("handoff", handOffs)
                .put("least_cycles", least)
                .put("most_cycles", most)
                .put("fairness", (double) most / least)
                .put("violations", baton.violations());
    }
}
