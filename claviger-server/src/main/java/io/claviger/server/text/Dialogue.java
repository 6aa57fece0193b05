package io.claviger.server.text;

/** What a connection talks about: one lock, or many. All calls come on the connection's event loop. */
interface Dialogue {

    /** Takes a line. The request is valid during this call only. */
    void line(Request request);

    /** Whether it takes no line now. */
    boolean isBusy();

    /** Whether it is busy waiting for others, perhaps for long. */
    boolean isWaiting();

    /** The client has ended its sending side, and all its lines were taken. May be called again. */
    void inputEnded();

    /** The connection is over. Ends everything that hangs on it. May be called again. */
    void gone();
}
