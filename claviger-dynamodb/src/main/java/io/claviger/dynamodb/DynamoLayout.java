package io.claviger.dynamodb;

/** How locks stand in a table. All who use a table must agree on it. */
public enum DynamoLayout {
    /** Our own: the token costs no write, and there are semaphores and reader-writer locks. */
    NATIVE,
    /** That of lynk, so that its clients and ours exclude each other. */
    LYNK,
    /** That of dynalock, so that its clients and ours exclude each other, and share their records. */
    DYNALOCK
}
