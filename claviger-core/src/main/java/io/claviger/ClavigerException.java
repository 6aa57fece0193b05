package io.claviger;

/** The root of what this API throws of its own. Each kind says whether the effect happened. */
public abstract class ClavigerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ClavigerException(String message) {
        super(message);
    }
}
