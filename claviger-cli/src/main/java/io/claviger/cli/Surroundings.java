package io.claviger.cli;

import io.claviger.cli.process.Signals;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What a command gets from outside its command line, so that tests can give something else.
 *
 * @param opener opens clients
 * @param signals has a listener told of signals from now on
 * @param in standard input, for values that are bytes
 * @param out standard output, likewise
 */
record Surroundings(
        Map<String, String> environment,
        Connection.Opener opener,
        Consumer<Consumer<Signals.Kind>> signals,
        InputStream in,
        OutputStream out) {
    /** Those of this process. */
    static Surroundings ofProcess() {
        // System.out keeps to itself that a disk is full.
        OutputStream out = new FileOutputStream(FileDescriptor.out);
        return new Surroundings(System.getenv(), new ClientOpener(), Signals::handle, System.in, out);
    }
}
