package io.claviger.dynamodb;

import java.util.concurrent.Executor;

/**
 * How one client locks.
 *
 * @param label who it is, for people
 * @param leaseNanos of locks that have no lease of their own
 * @param requestsPerSecond how many it may send for one name while it waits
 * @param executor runs users' listeners and dependent stages
 */
record DynamoSettings(String label, long leaseNanos, double requestsPerSecond, Executor executor) {}
