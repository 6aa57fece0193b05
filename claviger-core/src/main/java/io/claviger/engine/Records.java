package io.claviger.engine;

import java.util.Collection;
import java.util.Iterator;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The records of the key-value store, in the order of their keys' code points, which is also that of their UTF-8 bytes. */
final class Records {
    private final TreeMap<String, RecordState> byKey = new TreeMap<>(Records::compare);
    private long bytes;

    @Nullable
    RecordState find(String key) {
        return byKey.get(key);
    }

    /** Puts a record, and returns the one whose place it takes. */
    @Nullable
    RecordState put(RecordState added) {
        RecordState replaced = byKey.put(added.key, added);
        bytes += added.size() - (replaced == null ? 0 : replaced.size());
        return replaced;
    }

    void remove(RecordState removed) {
        byKey.remove(removed.key);
        bytes -= removed.size();
    }

    int size() {
        return byKey.size();
    }

    /** Returns what all of them take, roughly. */
    long bytes() {
        return bytes;
    }

    Collection<RecordState> all() {
        return byKey.values();
    }

    /** Returns the records behind a key, in order; {@code after} itself is not among them. */
    Iterator<RecordState> after(String after) {
        return byKey.tailMap(after, false).values().iterator();
    }

    /** Returns the records from a key on, in order. */
    Iterator<RecordState> from(String first) {
        return byKey.tailMap(first, true).values().iterator();
    }

    /** Compares by code points: surrogates stand above all other code units, as their characters do. */
    static int compare(String a, String b) {
        int length = Math.min(a.length(), b.length());
        for (int i = 0; i < length; i++) {
            char left = a.charAt(i);
            char right = b.charAt(i);
            if (left != right) {
                boolean leftIsLong = Character.isSurrogate(left);
                boolean rightIsLong = Character.isSurrogate(right);
                return leftIsLong == rightIsLong ? Character.compare(left, right) : leftIsLong ? 1 : -1;
            }
        }
        return Integer.compare(a.length(), b.length());
    }
}
