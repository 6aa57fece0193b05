package io.claviger.lab;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Lock and Unlock by unary calls of {@code ldlm.LDLM}: as much of HTTP/2 (RFC 9113) as it takes. Header fields are in the dynamic
 * table from the first request of a kind on, as with any client of gRPC. The server's flow control needs no count, since less
 * is in flight than any window has. Not thread-safe.
 */
final class GrpcCycle extends LdlmCycle {
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int GOAWAY = 7;
    private static final int WINDOW_UPDATE = 8;
    private static final int END_STREAM = 1;
    private static final int ACK = 1;
    private static final int END_HEADERS = 4;
    private static final int FRAME_HEAD = 9;

    /** What comes before the message in a call's data: no compression, and four bytes of length. */
    private static final int MESSAGE_HEAD = 5;

    /** Static table: {@code :method POST}, {@code :scheme http}. */
    private static final byte[] POST_HTTP = {(byte) 0x83, (byte) 0x86};

    /** The window of the connection, opened once for all answers that a run can bring. */
    private static final int WIDE = Integer.MAX_VALUE - 65_535;

    /** Field numbers of the messages. */
    private static final int LOCKED = 1;

    private static final int KEY = 3;

    private static final int KEY_BYTES = 36;

    private final byte[] lockMessage;
    private final byte[] unlockMessage;
    private final ByteBuffer out = ByteBuffer.allocate(1024);
    private int stream = 1;
    private boolean unlocking;
    private boolean answered;

    GrpcCycle(InetSocketAddress server, CycleWindow window, String name) throws IOException {
        super(server, window);
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        lockMessage = message(text, 0);
        unlockMessage = message(text, KEY_BYTES);
    }

    @Override
    void begin() throws IOException {
        out.put("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        frame(0, SETTINGS, 0, 0);
        frame(4, WINDOW_UPDATE, 0, 0);
        out.putInt(WIDE);
        call(firstLock(), lockMessage);
    }

    @Override
    void answers(ByteBuffer received) throws IOException {
        while (received.remaining() >= FRAME_HEAD) {
            int at = received.position();
            int length = received.getInt(at) >>> 8;
            if (received.remaining() < FRAME_HEAD + length) {
                return;
            }
            int type = received.get(at + 3);
            int flags = received.get(at + 4);
            received.position(at + FRAME_HEAD);
            frame(type, flags, received.slice(at + FRAME_HEAD, length));
            received.position(at + FRAME_HEAD + length);
        }
    }

    private void frame(int type, int flags, ByteBuffer payload) throws IOException {
        switch (type) {
            case DATA -> data(payload);
            case HEADERS -> {
                if ((flags & END_STREAM) != 0) {
                    ended();
                }
            }
            case SETTINGS, PING -> {
                if ((flags & ACK) == 0) {
                    acknowledge(type, payload);
                }
            }
            case RST_STREAM, GOAWAY -> throw new IOException("the server has ended a call or the connection");
            default -> {
                // Windows that open wider, and what this does not know, need nothing.
            }
        }
    }

    /** Looks at the message of an answer. It is small, so it is in one frame. */
    private void data(ByteBuffer payload) throws IOException {
        if (!payload.hasRemaining()) {
            return;
        }
        payload.position(MESSAGE_HEAD);
        boolean done = false;
        while (payload.hasRemaining()) {
            int tag = payload.get();
            int value = varint(payload);
            if (tag >>> 3 == LOCKED) {
                done = value == 1;
            } else if ((tag & 7) == 2) {
                if (tag >>> 3 == KEY && value == KEY_BYTES) {
                    payload.get(payload.position(), unlockMessage, unlockMessage.length - KEY_BYTES, value);
                }
                payload.position(payload.position() + value);
            }
        }
        if (!done) {
            throw new IOException("a server has refused to " + (unlocking ? "unlock" : "lock"));
        }
        answered = true;
    }

    /** The low bits of a number; a token has more, and nobody asks for them. */
    private static int varint(ByteBuffer from) {
        int value = 0;
        int shift = 0;
        byte next;
        do {
            next = from.get();
            value |= shift < 32 ? (next & 0x7f) << shift : 0;
            shift += 7;
        } while (next < 0);
        return value;
    }

    private void ended() throws IOException {
        if (!answered) {
            throw new IOException("a call has ended without an answer");
        }
        answered = false;
        if (unlocking) {
            unlocked();
            call(indexed(66), lockMessage);
        } else {
            locked();
            call(stream == 3 ? firstUnlock() : indexed(62), unlockMessage);
        }
        unlocking = !unlocking;
    }

    private void call(byte[] headers, byte[] message) throws IOException {
        frame(headers.length, HEADERS, END_HEADERS, stream);
        out.put(headers);
        frame(MESSAGE_HEAD + message.length, DATA, END_STREAM, stream);
        out.put((byte) 0).putInt(message.length).put(message);
        stream += 2;
        request(out.flip());
        out.clear();
    }

    private void acknowledge(int type, ByteBuffer payload) throws IOException {
        int length = type == PING ? payload.remaining() : 0;
        frame(length, type, ACK, 0);
        if (length > 0) {
            out.put(payload);
        }
        send(out.flip());
        out.clear();
    }

    private void frame(int length, int type, int flags, int number) {
        out.putInt(length << 8 | type).put((byte) flags).putInt(number);
    }

    private static byte[] message(byte[] name, int keyBytes) {
        ByteBuffer bytes = ByteBuffer.allocate(2 + name.length + (keyBytes == 0 ? 0 : 2 + keyBytes));
        bytes.put((byte) 0x0a).put((byte) name.length).put(name);
        if (keyBytes > 0) {
            bytes.put((byte) 0x12).put((byte) keyBytes);
        }
        return bytes.array();
    }

    // The dynamic table numbers its entries from 62 on, the newest first (RFC 7541, 2.3.3). After the first Lock they
    // are
    // content-type, te, :authority, :path of Lock; the path of Unlock then comes before them all.

    private static byte[] firstLock() {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.writeBytes(POST_HTTP);
        block.writeBytes(entry(":path", "/ldlm.LDLM/Lock"));
        block.writeBytes(entry(":authority", "localhost"));
        block.writeBytes(entry("te", "trailers"));
        block.writeBytes(entry("content-type", "application/grpc"));
        return block.toByteArray();
    }

    private static byte[] firstUnlock() {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.writeBytes(POST_HTTP);
        block.writeBytes(entry(":path", "/ldlm.LDLM/Unlock"));
        block.writeBytes(new byte[] {(byte) (0x80 | 65), (byte) (0x80 | 64), (byte) (0x80 | 63)});
        return block.toByteArray();
    }

    /** Everything from the tables; the path at the index that is given. */
    private static byte[] indexed(int path) {
        return new byte[] {
            POST_HTTP[0], POST_HTTP[1], (byte) (0x80 | path), (byte) (0x80 | 65), (byte) (0x80 | 64), (byte) (0x80 | 63)
        };
    }

    /** A field, literally and into the dynamic table (RFC 7541, 6.2.1). */
    private static byte[] entry(String name, String value) {
        ByteArrayOutputStream field = new ByteArrayOutputStream();
        field.write(0x40);
        for (String text : new String[] {name, value}) {
            field.write(text.length());
            field.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
        }
        return field.toByteArray();
    }
}
