package io.claviger.lab;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** Runs a program of the laboratory: wrong arguments end it with status 2, a failure with 1 and one line. */
final class Load {
    private Load() {}

    /** The body of a program. */
    interface Body {
        /** Returns whether what was measured did what it must. */
        boolean run() throws IOException, InterruptedException, ExecutionException, TimeoutException;
    }

    /** Reads the arguments of a program. */
    interface Reader {
        Body read();
    }

    static void main(String program, String usage, Reader reader) {
        Body body;
        try {
            body = reader.read();
        } catch (IllegalArgumentException wrong) {
            System.err.println(program + ": " + wrong.getMessage());
            System.err.println("usage: " + usage);
            System.exit(2);
            return;
        }
        // By exit, since a thread that hangs in the service must not keep the program.
        System.exit(status(program, body));
    }

    private static int status(String program, Body body) {
        try {
            return body.run() ? 0 : 1;
        } catch (IOException | ExecutionException | TimeoutException | RuntimeException failed) {
            Throwable cause = failed.getCause();
            System.err.println(program + ": " + failed + (cause == null ? "" : ", since " + cause));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        return 1;
    }
}
