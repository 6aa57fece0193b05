package io.claviger.server.http;

/** The bounds of the HTTP front, each with its reason. */
final class HttpLimits {
    /** Bytes of a body: the longest name (65,536 characters) with each character escaped as six, and the rest. */
    static final int MAX_BODY_BYTES = 512 * 1024;

    /** Bytes of the request line and headers: a password of 4 KiB in base 64, and the cookies of a browser. */
    static final int MAX_HEADER_BYTES = 16 * 1024;

    /** REST sessions. One without locks costs some hundred bytes, but whoever can connect can open any number. */
    static final int MAX_SESSIONS = 10_000;

    /** Requests of a session that run or wait at a time. */
    static final int MAX_CALLS_PER_SESSION = 1_024;

    /** How long a request may take from its first byte to its last, and a new connection until its first request. */
    static final long REQUEST_MILLIS = 20_000;

    /** How often it is looked for requests that take longer. */
    static final long SWEEP_MILLIS = 1_000;

    /** After how long without a byte a connection that nobody waits on is closed, also in the middle of an answer. */
    static final long IDLE_MILLIS = 60_000;

    /** Bytes that a client may send ahead while its request waits. Beyond, we do not see it leave until the answer. */
    static final int AHEAD_BYTES = 8 * 1024;

    /** How long requests may take to hear that the server closes, before they are cut off. */
    static final long FAREWELL_MILLIS = 500;

    /** How long nobody is accepted when the process has no file left for a connection. */
    static final long ACCEPT_PAUSE_MILLIS = 1_000;

    /** Connections that the kernel completes before we accept them. */
    static final int BACKLOG = 4_096;

    /** Threads: one for all sockets, the others for requests, of which none blocks. */
    static final int MAX_THREADS = 4;

    private HttpLimits() {}
}
