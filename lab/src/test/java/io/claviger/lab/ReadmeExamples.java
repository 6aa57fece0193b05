package io.claviger.lab;

import io.claviger.Lease;
import io.claviger.LockClient;

/** The Java examples of the README, compiled and run. {@link DocumentationTest} compares the text. */
final class ReadmeExamples {
    /** What the example protects. */
    interface Storage {
        void write(String data, long token);
    }

    /** What the example stops. */
    interface Worker {
        void cancel();
    }

    private ReadmeExamples() {}

    static void inOneProcess(Storage storage, Worker worker, String data) throws InterruptedException {
        try (LockClient client = LockClient.connect("local:")) {
            try (Lease lease = client.lock("invoices/42").acquire()) {
                lease.onLost(reason -> worker.cancel());
                storage.write(data, lease.token().value());
            }
        }
    }
}
