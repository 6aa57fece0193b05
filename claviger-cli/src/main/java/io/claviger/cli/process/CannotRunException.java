package io.claviger.cli.process;

/** A command could not be started. The message says which and why, in the words and with the status of a shell. */
public final class CannotRunException extends Exception {
    private static final long serialVersionUID = 1L;

    private static final int NOT_EXECUTABLE = 126;
    private static final int NOT_FOUND = 127;

    private final int status;

    private CannotRunException(String message, int status) {
        super(message, null, false, false);
        this.status = status;
    }

    static CannotRunException notFound(String name, String remark) {
        return new CannotRunException("command not found: '" + OneLine.of(name) + "'" + remark, NOT_FOUND);
    }

    static CannotRunException notExecutable(String name, String reason) {
        return new CannotRunException(
                "cannot execute: '" + OneLine.of(name) + "': " + OneLine.of(reason), NOT_EXECUTABLE);
    }

    /** @param message the JDK's, which ends in {@code error=NUMBER, TEXT} */
    static CannotRunException of(String name, String message) {
        if (message.contains("error=2,")) {
            // The file is there, so what is missing is the interpreter that its first line names.
            return notFound(name, " (its interpreter is missing)");
        }
        int error = message.lastIndexOf("error=");
        int text = error < 0 ? -1 : message.indexOf(", ", error);
        return notExecutable(name, text < 0 ? message : message.substring(text + 2));
    }

    /** Returns 127 if there is no such program, 126 if it cannot be run. */
    public int status() {
        return status;
    }
}
