package io.claviger.dynamodb;

import java.util.concurrent.Executor;

/** Runs the tasks of one client, one after the other. They never block. */
interface Loop extends Executor {
    /** Whether the caller is one of the tasks. */
    boolean isCurrent();
}
