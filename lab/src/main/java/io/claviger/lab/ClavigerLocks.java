package io.claviger.lab;

import io.claviger.Lease;
import io.claviger.LockClient;

/** Ours. */
final class ClavigerLocks implements TableLocks {
    private final TableMeter meter = new TableMeter();
    private final LockClient client;

    ClavigerLocks(TableUnderTest table) {
        this.client = table.config(meter).connect();
    }

    @Override
    public Held acquire(String name) throws InterruptedException {
        Lease lease = client.lock(name).acquire();
        return lease::release;
    }

    @Override
    public TableMeter meter() {
        return meter;
    }

    @Override
    public void close() {
        client.close();
    }
}
