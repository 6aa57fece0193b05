package io.claviger.dynamodb;

import java.util.List;

/** Where in an item a value is: an attribute, or what is under a key of an attribute that is a map, and so on. */
record Path(List<String> steps) {
    Path {
        steps = List.copyOf(steps);
    }

    static Path of(String... steps) {
        return new Path(List.of(steps));
    }
}
