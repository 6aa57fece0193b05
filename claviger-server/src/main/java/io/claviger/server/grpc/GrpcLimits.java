package io.claviger.server.grpc;

/** The bounds of the gRPC front, each with its reason. */
final class GrpcLimits {
    /** Bytes of one message from a client: a frame of thousands of commands, some with the longest names, or two of the longest values. */
    static final int MAX_INBOUND_BYTES = 1024 * 1024;

    /** Commands of one frame: they are applied in one go, and meanwhile nobody else is served. */
    static final int MAX_COMMANDS = 4_096;

    /** Keys of one verification, for the same reason. */
    static final int MAX_VERIFIED_KEYS = 4_096;

    /** Bytes after which a frame to a client is full and the next begins: far below what clients accept (4 MiB). */
    static final int FRAME_BYTES = 256 * 1024;

    /** Events that wait for a client which does not read. A client of 100,000 grants may lose them all at once. */
    static final int MAX_WAITING_EVENTS = 262_144;

    /** Bytes of such events. */
    static final int MAX_WAITING_BYTES = 16 * 1024 * 1024;

    /** Calls of one connection at a time: streams, and single calls that wait. */
    static final int MAX_CALLS_PER_CONNECTION = 4_096;

    /** Bytes of the headers of a call: gRPC's own, and a password. */
    static final int MAX_HEADER_BYTES = 16 * 1024;

    /** How long a new connection may take until it speaks HTTP/2. */
    static final long HANDSHAKE_SECONDS = 10;

    /** How often a client may ask for signs of life, also without a call. */
    static final long CLIENT_KEEPALIVE_SECONDS = 5;

    /** Calls that a connection may break off within so many seconds: cancelling is cheap for a client and not for us. */
    static final int MAX_RESETS = 20_000;

    static final int RESET_WINDOW_SECONDS = 10;

    /** Names or sessions of one page of a listing. */
    static final int MAX_PAGE = 1_000;

    static final int DEFAULT_PAGE = 100;

    /** Waiters told of one name. */
    static final int MAX_WAITERS = 1_000;

    /** Bytes after which a page of a listing ends, since clients refuse messages beyond 4 MiB. */
    static final int PAGE_BYTES = 2 * 1024 * 1024;

    /** Bytes of the answer to a look, for the same reason. */
    static final int LOOK_BYTES = 2 * 1024 * 1024;

    /** Bytes of the records in one answer, roughly: a page of them ends there. */
    static final int RECORDS_BYTES = 1024 * 1024;

    /** Bytes of answers to single calls that wait for clients which do not read, all together. */
    static final long MAX_UNREAD_BYTES = 64L * 1024 * 1024;

    /** What a part of a message needs beside itself, at most: its field and its length. */
    static final int FIELD_BYTES = 6;

    /** The time to live of a session opened by a single call that asks for none: 15 s. */
    static final long DEFAULT_TTL_NANOS = 15_000_000_000L;

    private GrpcLimits() {}
}
