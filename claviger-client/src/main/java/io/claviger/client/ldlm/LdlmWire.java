package io.claviger.client.ldlm;

import io.grpc.MethodDescriptor;
import io.grpc.Status;

/** Single attempts of calls to one server. It connects when it must, and again when a connection broke. Thread-safe. */
interface LdlmWire {
    /**
     * Sends a request. The outcome is told once, perhaps within this call, in a thread that must not be blocked.
     *
     * @return gives the call up; the outcome is told all the same
     */
    <Q, R> Runnable start(MethodDescriptor<Q, R> method, Q request, Outcome<R> outcome);

    /** Whether a connection has not ended. Connections are numbered from 1. */
    boolean isLive(long connection);

    /** Sets who is told of each connection that ends, in a thread that must not be blocked. Called once, before all else. */
    void onConnectionEnd(ConnectionEnd listener);

    /** Ends the connection, waiting for it a little, and all calls. */
    void close();

    /** Is told of the end of a connection. */
    interface ConnectionEnd {
        void ended(long connection);
    }

    /** Is told how an attempt ended. */
    interface Outcome<R> {
        /** The server answered over that connection. */
        void answered(R reply, long connection);

        /**
         * It did not.
         *
         * @param sent whether the request may have reached the server
         */
        void failed(Status status, boolean sent);
    }
}
