package io.claviger.examples;

import io.claviger.Lease;
import io.claviger.LockClient;
import java.time.Duration;
import java.util.Optional;

/** The smallest program: one at a time does the work, and the others give up after 30 s. */
public final class FirstLock {
    private FirstLock() {}

    public static void main(String[] args) throws InterruptedException {
        try (LockClient client = LockClient.connect("dynamodb:locks")) {
            Optional<Lease> granted = client.lock("nightly").acquire(Duration.ofSeconds(30));
            if (granted.isEmpty()) {
                System.err.println("somebody else is at it");
                return;
            }
            try (Lease lease = granted.get()) {
                System.out.println("working with token " + lease.token().value());
            }
        }
    }
}
