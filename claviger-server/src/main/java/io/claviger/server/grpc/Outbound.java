package io.claviger.server.grpc;

import io.claviger.protocol.v1.ServerFrame;

/** The way back to the client of a {@link NativeStream}. All is called on the thread that drives the stream. */
public interface Outbound {

    /** Whether the client takes frames at the moment; if not, {@link NativeStream#ready()} is to be called when it does. */
    default boolean isReady() {
        return true;
    }

    /** Sends a frame. */
    void send(ServerFrame frame);

    /** Asks for one more frame of the client. The first one comes without being asked for. */
    default void receive() {}

    /**
     * Ends the stream, behind everything that was sent. Nothing is called after this.
     *
     * @param reason one sentence for people
     */
    void end(Ending ending, String reason);

    /** Why a stream ends. */
    enum Ending {
        /** All is said: the session ended, was refused, or the client closed its side. */
        DONE,
        /** The client sent what the protocol does not allow. */
        INVALID,
        /** Another stream attached to the session. */
        SUPERSEDED,
        /** The client does not read what it is told. */
        TOO_SLOW,
        /** The server takes no commands any more. */
        UNAVAILABLE
    }
}
