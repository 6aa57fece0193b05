package io.claviger.cli.yaml;

/** A configuration file cannot be used. The message says what is wrong with it, but not which it is. */
public final class BadFileException extends Exception {
    private static final long serialVersionUID = 1;

    private final String file;
    private final int line;

    BadFileException(String file, int line, String problem) {
        super(problem);
        this.file = file;
        this.line = line;
    }

    /** Returns the file's name as it was given. */
    public String file() {
        return file;
    }

    /** Returns the line that is wrong, from 1; 0 if it is the whole file. */
    public int line() {
        return line;
    }
}
