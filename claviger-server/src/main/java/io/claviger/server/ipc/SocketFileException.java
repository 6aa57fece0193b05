package io.claviger.server.ipc;

/** A socket cannot be made. Nothing has changed. The message is one line that names the file and says why. */
public final class SocketFileException extends Exception {
    private static final long serialVersionUID = 1;

    private final boolean inUse;

    private SocketFileException(String message, boolean inUse) {
        super(message);
        this.inUse = inUse;
    }

    static SocketFileException inUse(String message) {
        return new SocketFileException(message, true);
    }

    static SocketFileException unusable(String message) {
        return new SocketFileException(message, false);
    }

    /** Returns whether the file is a socket on which a server answers. */
    public boolean isInUse() {
        return inUse;
    }
}
