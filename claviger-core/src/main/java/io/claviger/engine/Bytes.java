package io.claviger.engine;

import java.util.Arrays;

/** Bytes that do not change, equal if their content is. */
public final class Bytes {
    /** No bytes at all. */
    public static final Bytes EMPTY = new Bytes(new byte[0]);

    private final byte[] content;

    private Bytes(byte[] content) {
        this.content = content;
    }

    /** Returns a copy of an array as bytes. */
    public static Bytes copyOf(byte[] array) {
        return array.length == 0 ? EMPTY : new Bytes(array.clone());
    }

    /** Returns how many there are. */
    public int length() {
        return content.length;
    }

    /** Returns a copy as an array. */
    public byte[] toArray() {
        return content.clone();
    }

    void writeTo(ByteWriter out) {
        out.writeBytes(content);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes bytes && Arrays.equals(content, bytes.content);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(content);
    }

    /** Does not show them: they may be a secret. */
    @Override
    public String toString() {
        return "Bytes[" + content.length + "]";
    }
}
