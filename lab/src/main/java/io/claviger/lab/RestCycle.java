package io.claviger.lab;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Lock and Unlock over REST: HTTP/1.1 that is kept alive, in a session of its own. Not thread-safe. */
final class RestCycle extends LdlmCycle {
    private static final int KEY_BYTES = 36;

    private final String name;
    private byte[] lock = {};
    private byte[] unlock = {};
    private State state = State.BEGINNING;

    /** What the next answer is for. */
    private enum State {
        BEGINNING,
        LOCKING,
        UNLOCKING
    }

    RestCycle(InetSocketAddress server, CycleWindow window, String name) throws IOException {
        super(server, window);
        this.name = name;
    }

    @Override
    void begin() throws IOException {
        request(bytes("POST /session HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n"));
    }

    @Override
    void answers(ByteBuffer received) throws IOException {
        byte[] array = received.array();
        int base = received.arrayOffset();
        int from = base + received.position();
        int limit = base + received.limit();
        int body = after(array, from, limit, "\r\n\r\n");
        if (body < 0) {
            return;
        }
        int end = body + contentLength(array, from, body);
        if (end > limit) {
            return;
        }
        received.position(end - base);
        answer(array, from, body, end);
    }

    private void answer(byte[] array, int head, int body, int end) throws IOException {
        switch (state) {
            case BEGINNING -> {
                prepare(cookie(new String(array, head, body - head, StandardCharsets.ISO_8859_1)));
                state = State.LOCKING;
                request(ByteBuffer.wrap(lock));
            }
            case LOCKING -> {
                int key = afterKey(array, body, end);
                System.arraycopy(array, key, unlock, unlock.length - KEY_BYTES - 2, KEY_BYTES);
                locked();
                state = State.UNLOCKING;
                request(ByteBuffer.wrap(unlock));
            }
            case UNLOCKING -> {
                if (after(array, body, end, "true") < 0) {
                    throw new IOException("a server has refused to unlock: " + text(array, body, end));
                }
                unlocked();
                state = State.LOCKING;
                request(ByteBuffer.wrap(lock));
            }
        }
    }

    /** Where the key of a lock begins in an answer. */
    private static int afterKey(byte[] array, int body, int end) throws IOException {
        int key = after(array, body, end, "\"key\":");
        // Some servers write a blank there. The original has a key also when it refuses.
        int quote = key < 0 || after(array, body, end, "true") < 0 ? -1 : after(array, key, end, "\"");
        if (quote < 0 || end - quote <= KEY_BYTES || array[quote + KEY_BYTES] != '"') {
            throw new IOException("a server has refused to lock: " + text(array, body, end));
        }
        return quote;
    }

    private void prepare(String cookie) {
        String nameField = "{\"name\":\"" + name + "\"";
        lock = bytes(post("lock", cookie, nameField + "}")).array();
        unlock = bytes(post("unlock", cookie, nameField + ",\"key\":\"" + "k".repeat(KEY_BYTES) + "\"}"))
                .array();
    }

    private static String post(String what, String cookie, String body) {
        return "POST /v1/" + what + " HTTP/1.1\r\nHost: localhost\r\nCookie: " + cookie
                + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private static String cookie(String head) throws IOException {
        for (String line : head.split("\r\n", -1)) {
            if (line.toLowerCase(Locale.ROOT).startsWith("set-cookie:")) {
                return line.substring("set-cookie:".length()).split(";", 2)[0].trim();
            }
        }
        throw new IOException("no session but: " + head);
    }

    private static int contentLength(byte[] array, int from, int body) throws IOException {
        // Servers differ in the case of its letters.
        int at = Math.max(after(array, from, body, "Content-Length: "), after(array, from, body, "content-length: "));
        if (at < 0) {
            throw new IOException("an answer without a length: " + text(array, from, body));
        }
        int length = 0;
        for (; array[at] != '\r'; at++) {
            length = length * 10 + array[at] - '0';
        }
        return length;
    }

    /** The place behind the first occurrence of a text, or -1. */
    private static int after(byte[] array, int from, int end, String text) {
        for (int at = from; at + text.length() <= end; at++) {
            int matched = 0;
            while (matched < text.length() && array[at + matched] == text.charAt(matched)) {
                matched++;
            }
            if (matched == text.length()) {
                return at + matched;
            }
        }
        return -1;
    }

    private static String text(byte[] array, int from, int end) {
        return new String(array, from, end - from, StandardCharsets.ISO_8859_1);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }
}
