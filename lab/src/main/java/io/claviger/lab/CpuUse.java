package io.claviger.lab;

import java.io.IOException;

/** Processor time so far: of this JVM, of the server that is measured, and of all programs of the machine. */
record CpuUse(long clientNanos, long serverNanos, long machineNanos) {

    static CpuUse now(long serverPid) throws IOException {
        return new CpuUse(
                ProcessCpu.of(ProcessHandle.current().pid()).nanos(),
                ProcessCpu.withChildren(serverPid),
                ProcessCpu.machine());
    }

    CpuUse since(CpuUse before) {
        return new CpuUse(
                clientNanos - before.clientNanos, serverNanos - before.serverNanos, machineNanos - before.machineNanos);
    }

    /** Adds the time for each of so many operations, and the share of the machine that others used. */
    void describe(JsonLine line, String unit, long operations, double seconds) {
        double all = seconds * 1e9 * Runtime.getRuntime().availableProcessors();
        line.put("client_cpu_us_per_" + unit, clientNanos / 1e3 / operations)
                .put("server_cpu_us_per_" + unit, serverNanos / 1e3 / operations)
                .put("foreign_cpu", Math.max(0, machineNanos - clientNanos - serverNanos) / all);
    }
}
