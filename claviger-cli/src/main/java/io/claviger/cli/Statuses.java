package io.claviger.cli;

/** Exit statuses of the commands that hold locks, chosen out of the way of what commands themselves use. */
final class Statuses {
    /** A lock was lost while it was held. */
    static final int LOST = 122;

    /** A lock was not granted: it is held by others, or was refused. */
    static final int NOT_GRANTED = 123;

    /** The server or the table could not be reached, or does not accept us. */
    static final int NO_SERVER = 125;

    private Statuses() {}
}
