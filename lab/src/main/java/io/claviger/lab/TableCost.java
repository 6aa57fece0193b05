package io.claviger.lab;

import java.io.IOException;

/** What it costs to acquire and release without rivals on a table of DynamoDB: requests, units of capacity, time. */
public final class TableCost {
    private static final String USAGE = "TableCost at=URI table=NAME as=KIND [cycles=500] [warmup=200] [out=FILE]";

    private TableCost() {}

    /** Runs the measurement; the exit status is 2 for wrong options. */
    public static void main(String[] words) {
        Load.main("TableCost", USAGE, () -> {
            Arguments given = new Arguments(words);
            TableUnderTest under = TableUnderTest.read(given);
            long cycles = given.number("cycles", 500, 1, 1_000_000);
            long warmup = given.number("warmup", 200, 0, 1_000_000);
            String out = given.text("out", "");
            given.finish();
            return () -> measure(under, warmup, cycles, out);
        });
    }

    private static boolean measure(TableUnderTest under, long warmup, long cycles, String out)
            throws IOException, InterruptedException {
        under.create();
        try (TableLocks locks = under.open()) {
            cycle(locks, warmup);
            TableMeter.Reading before = locks.meter().read();
            long began = System.nanoTime();
            cycle(locks, cycles);
            double micros = (System.nanoTime() - began) / 1e3 / cycles;
            TableMeter.Reading cost = locks.meter().read().since(before);
            new JsonLine()
                    .put("as", under.kind().word)
                    .put("cycles", cycles)
                    .put("requests", (double) cost.requests() / cycles)
                    .put("write_units", cost.writeUnits() / cycles)
                    .put("read_units", cost.readUnits() / cycles)
                    .put("us", micros)
                    .print(out);
        }
        return true;
    }

    private static void cycle(TableLocks locks, long times) throws InterruptedException {
        for (long i = 0; i < times; i++) {
            locks.acquire("cost").release();
        }
    }
}
