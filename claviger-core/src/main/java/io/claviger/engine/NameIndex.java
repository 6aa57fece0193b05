package io.claviger.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Writes each name once in a snapshot: the first time as text, then as its number. A name may be long and often used. */
final class NameIndex {
    private final TreeMap<String, Integer> numbers = new TreeMap<>();
    private final List<String> names = new ArrayList<>();

    void write(String name, ByteWriter out) {
        Integer number = numbers.get(name);
        out.writeNumber(number == null ? numbers.size() : number);
        if (number == null) {
            numbers.put(name, numbers.size());
            out.writeText(name);
        }
    }

    String read(ByteReader in) {
        int number = in.readInt();
        if (number < 0 || number > names.size()) {
            throw new CorruptDataException("name number " + number + " after " + names.size() + " names");
        }
        if (number == names.size()) {
            names.add(in.readText());
        }
        return names.get(number);
    }
}
