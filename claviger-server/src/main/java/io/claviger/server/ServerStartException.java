package io.claviger.server;

/** A server could not start. Nothing of it is left. The message is one line for people. */
public final class ServerStartException extends Exception {
    private static final long serialVersionUID = 1;

    private final Reason reason;

    /** Makes an exception whose message names front, host, port and cause. */
    public ServerStartException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** Returns what stood in the way. */
    public Reason reason() {
        return reason;
    }

    /** What stood in the way. */
    public enum Reason {
        /** Somebody else listens there. */
        ADDRESS_IN_USE,
        /** This user may not listen there: ports below 1024 need a privilege. */
        PERMISSION_DENIED,
        /** The host name has no address. */
        UNKNOWN_HOST,
        /** A file with a certificate, key or password cannot be used. */
        BAD_FILE,
        /** Another live server has the socket for administration. */
        SOCKET_IN_USE,
        /** The socket for administration cannot be made. */
        SOCKET_UNUSABLE,
        /** Something else; the message says what. */
        OTHER
    }
}
