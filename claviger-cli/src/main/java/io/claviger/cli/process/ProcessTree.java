package io.claviger.cli.process;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A process and all that descends from it, also where the link between the two was lost because a parent between them
 * ended. Each look finds
 *
 * <ul>
 *   <li>the children, grandchildren … of every member seen before, and
 *   <li>on Linux, every process that inherited the mark from the command's environment.
 * </ul>
 *
 * <p>Not found are processes that both lost their parent and cleared their environment; of those of another user (as by
 * {@code sudo}) the signals are refused. Not thread-safe.
 */
final class ProcessTree {
    /** The environment variable that carries the marks: its own and, before it, those of the tools around. */
    static final String MARK_VARIABLE = "LOCKED_COMMAND_ID";

    private final String mark;

    /** All members ever seen. A handle stands for one process, not for its number, which may be used again. */
    private final Set<ProcessHandle> seen = new LinkedHashSet<>();

    ProcessTree(ProcessHandle root, String mark) {
        this.mark = mark;
        seen.add(root);
    }

    /** A mark that no other process of this machine uses. */
    static String newMark() {
        return "lock-" + ProcessHandle.current().pid() + "-" + System.currentTimeMillis() + "-" + System.nanoTime()
                + ";";
    }

    /** Looks again: the members that run now, parents before their children. */
    List<ProcessHandle> running() {
        for (ProcessHandle member : List.copyOf(seen)) {
            // Of a process that ended nobody is a child any more.
            if (member.isAlive()) {
                member.descendants().forEach(seen::add);
            }
        }
        seen.addAll(Proc.withEnvironment(mark));
        return seen.stream().filter(ProcessTree::isRunning).toList();
    }

    private static boolean isRunning(ProcessHandle process) {
        // A zombie runs no more. Its entry may stay for ever if its parent does not care.
        return process.isAlive()
                && !Proc.stat(Long.toString(process.pid()))
                        .map(Proc.Stat::zombie)
                        .orElse(false);
    }
}
