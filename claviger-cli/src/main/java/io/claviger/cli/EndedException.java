package io.claviger.cli;

/** The command is over before its work began, or within it. What there was to say has been said. */
final class EndedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;

    EndedException(int status) {
        super("ends with " + status, null, false, false);
        this.status = status;
    }

    int status() {
        return status;
    }
}
