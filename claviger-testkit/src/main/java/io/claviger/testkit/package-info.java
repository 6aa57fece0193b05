/**
 * How to show that a backend keeps its promises. Extend {@link io.claviger.testkit.LockClientContract}, give it a
 * {@link io.claviger.testkit.ContractBackend}, and the rules of the specification run against it; with a
 * {@link io.claviger.testkit.VirtualTime} no test ever sleeps. {@link io.claviger.testkit.HistoryChecker} judges what
 * concurrent clients saw, {@link io.claviger.testkit.Gen} makes and {@link io.claviger.testkit.Property} shrinks random
 * inputs, {@link io.claviger.testkit.FaultProxy} does to connections what networks do, and {@link
 * io.claviger.testkit.DynamoFaultProxy} does to requests what DynamoDB does.
 */
@NullMarked
package io.claviger.testkit;

import org.jspecify.annotations.NullMarked;
