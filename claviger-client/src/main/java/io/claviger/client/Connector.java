package io.claviger.client;

import io.claviger.protocol.v1.ClientFrame;
import io.claviger.protocol.v1.ServerFrame;

/**
 * Makes streams to servers. All that it tells, and all that it is given to run, happens on one thread, its loop, one after the
 * other.
 */
interface Connector extends AutoCloseable {

    /** Runs a task on the loop, after what runs there now. */
    void execute(Runnable task);

    /** Whether the caller is on the loop, where nothing may wait. */
    boolean isOnLoop();

    /** Begins a stream to a server. Called on the loop. The listener is never called within this call. */
    Stream open(ServerAddress server, Listener listener);

    /** Ends all streams, and frees what this has. */
    @Override
    void close();

    /** One stream. Used on the loop only. */
    interface Stream {
        /** Sends a frame; what cannot be sent is told by the end of the stream. */
        void send(ClientFrame frame);

        /** Ends the stream. The listener is told nothing more. */
        void end();
    }

    /** Is told what comes in. */
    interface Listener {
        void received(ServerFrame frame);

        /** The stream has ended. The last call. */
        void ended(Ending ending);
    }

    /**
     * Why a stream has ended.
     *
     * @param refused whether to try again makes no sense: wrong password, wrong certificate, no Claviger
     * @param message one line that names the server and what is wrong
     */
    record Ending(boolean refused, String message) {}
}
