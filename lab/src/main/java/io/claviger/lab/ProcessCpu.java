package io.claviger.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The processor time of a process and all its threads, from {@code /proc}; Linux only. */
final class ProcessCpu {
    /** The kernel shows processor time in hundredths of a second to every program, whatever its own clock. */
    private static final long NANOS_PER_TICK = 10_000_000;

    /** Fields of {@code /proc/PID/stat} behind the name, which is the only one that may contain spaces. */
    private static final int USER_TIME = 11;

    private static final int SYSTEM_TIME = 12;

    /** Of children that have ended. */
    private static final int CHILDREN_TIME = 13;

    /** Columns of the first line of {@code /proc/stat} that are work; between them are the idle ones. */
    private static final int[] BUSY = {1, 2, 3, 6, 7, 8};

    private final @Nullable Path stat;

    private ProcessCpu(@Nullable Path stat) {
        this.stat = stat;
    }

    /** Watches a process; 0 = none, whose time is always 0. */
    static ProcessCpu of(long pid) {
        return new ProcessCpu(pid == 0 ? null : Path.of("/proc", Long.toString(pid), "stat"));
    }

    /** Returns the processor time used so far, in steps of 10 ms. */
    long nanos() throws IOException {
        return stat == null ? 0 : nanosOf(Files.readString(stat, StandardCharsets.ISO_8859_1));
    }

    static long nanosOf(String statLine) {
        List<String> fields =
                List.of(statLine.substring(statLine.lastIndexOf(')') + 2).split(" "));
        return (Long.parseLong(fields.get(USER_TIME)) + Long.parseLong(fields.get(SYSTEM_TIME))) * NANOS_PER_TICK;
    }

    /** Returns the processor time of a process and its children, living and ended; for 0 none. */
    static long withChildren(long pid) throws IOException {
        if (pid == 0) {
            return 0;
        }
        String own = Files.readString(Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
        long sum = nanosOf(own) + endedChildrenNanosOf(own);
        List<ProcessHandle> children = ProcessHandle.of(pid)
                .map(process -> process.children().toList())
                .orElse(List.of());
        for (ProcessHandle child : children) {
            try {
                sum += of(child.pid()).nanos();
            } catch (NoSuchFileException ended) {
                // Its time is its parent's by the next look.
            }
        }
        return sum;
    }

    private static long endedChildrenNanosOf(String statLine) {
        List<String> fields =
                List.of(statLine.substring(statLine.lastIndexOf(')') + 2).split(" "));
        return (Long.parseLong(fields.get(CHILDREN_TIME)) + Long.parseLong(fields.get(CHILDREN_TIME + 1)))
                * NANOS_PER_TICK;
    }

    /** Returns the processor time that all programs together have used. */
    static long machine() throws IOException {
        return machineNanosOf(Files.readAllLines(Path.of("/proc/stat")).get(0));
    }

    static long machineNanosOf(String firstLine) {
        List<String> fields = List.of(firstLine.trim().split(" +"));
        long ticks = 0;
        for (int column : BUSY) {
            ticks += Long.parseLong(fields.get(column));
        }
        return ticks * NANOS_PER_TICK;
    }
}
