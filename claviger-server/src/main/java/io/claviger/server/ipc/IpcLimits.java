package io.claviger.server.ipc;

import java.time.Duration;

/** The bounds of the socket, each with its reason. */
public final class IpcLimits {
    /** Characters of a name: those that a lock can have. */
    public static final int MAX_NAME_LENGTH = 65_536;

    /** Bytes of a name: three for each of its characters, at most. */
    static final int MAX_NAME_BYTES = 3 * MAX_NAME_LENGTH;

    /** Bytes of a key or a reason. */
    static final int MAX_TEXT_BYTES = 4 * 1024;

    /** Bytes of a request: its name, its key and a little more. */
    static final int MAX_REQUEST_BYTES = MAX_NAME_BYTES + MAX_TEXT_BYTES + 1024;

    /** Holders of one page: it is put together while nobody else is served. */
    static final int PAGE_HOLDERS = 4_096;

    /** Bytes of names and keys after which a page is full. */
    static final int PAGE_BYTES = 1024 * 1024;

    /** Bytes of an answer: a full page, the holder that filled it, and what stands beside names and keys. */
    static final int MAX_ANSWER_BYTES = PAGE_BYTES + MAX_NAME_BYTES + 64 * PAGE_HOLDERS;

    /** Connections at a time. Others wait until one of these ends, which it does in bounded time. */
    static final int MAX_CONNECTIONS = 16;

    /** Connections that wait for that. */
    static final int BACKLOG = 64;

    /** How long a client may take to send a request or to read its answer. */
    static final Duration CLIENT_LIMIT = Duration.ofSeconds(10);

    /** How long nobody is accepted when the process has no file left for a connection. */
    static final Duration ACCEPT_PAUSE = Duration.ofSeconds(1);

    /** How long a client of ours tries to connect while the server accepts nobody and too many wait already. */
    static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);

    /** How often it tries. */
    static final Duration CONNECT_EVERY = Duration.ofMillis(50);

    /** How long a client of ours waits for an answer. */
    static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);

    private IpcLimits() {}
}
