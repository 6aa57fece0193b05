package io.claviger.server.text;

/** A request that is refused, with the reason for the client. Has no stack trace: it is an answer, not a fault. */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1;

    Refusal(String reason) {
        super(reason, null, false, false);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
