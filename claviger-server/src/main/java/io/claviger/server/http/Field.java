package io.claviger.server.http;

import java.util.Set;

/** A field of LDLM's messages, under both of its names. */
enum Field {
    NAME("name", "name", false),
    KEY("key", "key", false),
    SIZE("size", "size", true),
    LOCK_TIMEOUT("lock_timeout_seconds", "lockTimeoutSeconds", true),
    WAIT_TIMEOUT("wait_timeout_seconds", "waitTimeoutSeconds", true);

    static final Set<Field> OF_LOCK = Set.of(NAME, SIZE, LOCK_TIMEOUT, WAIT_TIMEOUT);
    static final Set<Field> OF_UNLOCK = Set.of(NAME, KEY);
    static final Set<Field> OF_RENEW = Set.of(NAME, KEY, LOCK_TIMEOUT);

    private final String snake;
    private final String camel;
    private final boolean number;

    Field(String snake, String camel, boolean number) {
        this.snake = snake;
        this.camel = camel;
        this.number = number;
    }

    boolean isCalled(String name) {
        return snake.equals(name) || camel.equals(name);
    }

    boolean isNumber() {
        return number;
    }

    @Override
    public String toString() {
        return snake;
    }
}
