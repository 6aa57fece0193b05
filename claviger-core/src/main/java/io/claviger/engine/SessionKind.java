package io.claviger.engine;

/** What keeps a session alive. */
public enum SessionKind {
    /** It lives as long as a connection; whoever hosts the connection ends the session. It has no time to live. */
    CONNECTION,
    /** It ends when its time to live has passed without a {@link Command.RenewSession}. */
    TIMED
}
