package io.claviger.server.ldlm;

/** The one answer to a call. Told on the thread of the machine. */
public interface LdlmReply<T> {

    /** LDLM's answer: also that of a call which was refused. */
    void answer(T response);

    /** There is no answer since the server, or the session of the call, comes to its end. The sentence is for people. */
    void unavailable(String why);
}
