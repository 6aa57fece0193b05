package io.claviger.cli;

/** An option has a value that cannot be, or a key that is unknown. The message is one line that names it and its source. */
final class BadOptionException extends RuntimeException {
    BadOptionException(String line) {
        super(line, null, false, false);
    }
}
