/**
 * What a user of Claviger types. Open a {@link io.claviger.LockClient}, ask it for a {@link io.claviger.DistributedLock},
 * and hold a {@link io.claviger.Lease}:
 *
 * <pre>{@code
 * try (LockClient client = LockClient.connect("local:")) {
 *     try (Lease lease = client.lock("invoices/42").acquire()) {
 *         storage.write(data, lease.token().value());
 *     }
 * }
 * }</pre>
 *
 * <p>Ownership is the {@code Lease} object, never a thread: it may be used and closed from any thread, virtual or not.
 *
 * <p>To understand how it works, go on to {@link io.claviger.engine.LockMachine}; to add a backend, to
 * {@link io.claviger.spi.LockBackend}.
 */
@NullMarked
package io.claviger;

import org.jspecify.annotations.NullMarked;
