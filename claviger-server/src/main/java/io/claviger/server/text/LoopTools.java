package io.claviger.server.text;

import io.claviger.server.OwnerKeys;

/** What the connections of one event loop share, one after the other. */
record LoopTools(Request request, LineWriter writer, OwnerKeys keys) {
    LoopTools() {
        this(new Request(), new LineWriter(), new OwnerKeys());
    }
}
