/**
 * The deterministic lock machine: one pure step function over one primitive, a named, weighted, first-in-first-out
 * semaphore. Nothing in this package reads a clock, starts a thread, does I/O, logs or draws a random number; the
 * same commands give the same events everywhere. Start with {@link io.claviger.engine.LockMachine}.
 */
@NullMarked
package io.claviger.engine;

import org.jspecify.annotations.NullMarked;
