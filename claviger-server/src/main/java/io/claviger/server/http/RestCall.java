package io.claviger.server.http;

import io.claviger.server.Acquisition;
import io.claviger.server.ldlm.LdlmReply;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A request to a session, on its way to its one answer. Confined to the thread of the machine. */
final class RestCall<T> implements LdlmReply<T> {
    static final String CLOSING = "the server is closing";

    private final RestSession session;
    private final Function<T, Answer> form;
    private final CompletableFuture<Answer> answer = new CompletableFuture<>();
    private @Nullable Acquisition acquisition;
    private boolean over;

    /** @param form how what LDLM answers looks over HTTP */
    RestCall(RestSession session, Function<T, Answer> form) {
        this.session = session;
        this.form = form;
    }

    /** Returns the answer, which comes on the thread of the machine. */
    CompletableFuture<Answer> answer() {
        return answer;
    }

    /** Asks LDLM's session. What it returns is what can be broken off; null if that makes no sense. */
    void start(Supplier<@Nullable Acquisition> asking) {
        if (over) {
            return;
        }
        session.add(this);
        acquisition = asking.get();
    }

    @Override
    public void answer(T response) {
        refuse(form.apply(response));
    }

    @Override
    public void unavailable(String why) {
        refuse(session.isEnded() ? Answer.BAD_COOKIE : Answer.unavailable(why));
    }

    /** Answers without asking further. What was asked for is not withdrawn by that. */
    void refuse(Answer reason) {
        if (!over) {
            over = true;
            session.remove(this);
            answer.complete(reason);
        }
    }

    /** The client does not wait for the answer, at least does not say so any more. It is told, and gets no lock. */
    void clientLeft(T cancelled) {
        if (!over) {
            refuse(form.apply(cancelled));
            undelivered();
        }
    }

    /** The client does not get the answer: a lock that it does not know of is given back. */
    void undelivered() {
        if (acquisition != null) {
            acquisition.cancelled();
        }
    }
}
