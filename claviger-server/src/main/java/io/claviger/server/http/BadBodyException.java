package io.claviger.server.http;

/** A body cannot be used. The message is one line that says why. */
final class BadBodyException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Answer answer;

    BadBodyException(String problem) {
        this(Answer.badRequest(problem));
    }

    BadBodyException(Answer answer) {
        super(answer.body());
        this.answer = answer;
    }

    Answer answer() {
        return answer;
    }
}
