package io.claviger.engine;

/** Bytes that are not what they should be: cut, changed, of another format or of a newer version. Nothing was done. */
public final class CorruptDataException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Makes one that says what was expected and what was found. */
    public CorruptDataException(String message) {
        super(message);
    }
}
