package io.claviger;

import io.claviger.json.Json;
import org.jspecify.annotations.Nullable;

/** Where in a document something stands, for messages. */
record Place(@Nullable Place outer, String step, int depth) {
    static final Place ROOT = new Place(null, "$", 0);

    Place member(String name) {
        return in("." + name);
    }

    Place item(int index) {
        return in("[" + index + "]");
    }

    private Place in(String next) {
        if (depth >= Json.MAX_DEPTH) {
            throw bad("deeper than " + Json.MAX_DEPTH + " levels");
        }
        return new Place(this, next, depth + 1);
    }

    IllegalArgumentException bad(String problem) {
        return new IllegalArgumentException(path() + ": " + problem);
    }

    IllegalArgumentException bad(String problem, Throwable cause) {
        return new IllegalArgumentException(path() + ": " + problem, cause);
    }

    IllegalArgumentException expected(String what, Json found) {
        return bad(what + " is expected, but this is " + found.kind());
    }

    private String path() {
        StringBuilder path = new StringBuilder();
        for (Place place = this; place != null; place = place.outer) {
            path.insert(0, place.step);
        }
        return path.toString();
    }
}
