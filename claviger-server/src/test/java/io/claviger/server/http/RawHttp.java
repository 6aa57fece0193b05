package io.claviger.server.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** HTTP by hand, for what a well-behaved client cannot be made to send. */
final class RawHttp implements AutoCloseable {
    private final Socket socket;

    RawHttp(Socket socket) {
        this.socket = socket;
    }

    /** An answer with a length. */
    record Reply(int status, String head, String body) {}

    RawHttp send(String text) {
        try {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            return this;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Sends a POST with a cookie, if that is not empty. */
    RawHttp post(String path, String cookie, String body) {
        return send("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + body.length() + "\r\n"
                + (cookie.isEmpty() ? "" : "Cookie: " + cookie + "\r\n") + "\r\n" + body);
    }

    Reply reply() {
        try {
            InputStream in = socket.getInputStream();
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            while (!head.toString(StandardCharsets.UTF_8).endsWith("\r\n\r\n")) {
                int next = in.read();
                if (next < 0) {
                    throw new AssertionError("the connection ended after: " + head);
                }
                head.write(next);
            }
            String text = head.toString(StandardCharsets.UTF_8);
            String lower = text.toLowerCase(Locale.ROOT);
            int length = 0;
            int at = lower.indexOf("content-length:");
            if (at >= 0) {
                length = Integer.parseInt(
                        text.substring(at + 15, text.indexOf('\r', at)).strip());
            }
            String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
            return new Reply(Integer.parseInt(text.substring(9, 12)), text, body);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Whether the server closes the connection, without a word. */
    boolean isEnd() {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException reset) {
            return true;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Whether what the server sends, if anything, is HTTP without TLS. */
    boolean isAnsweredInPlainText() {
        try {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1).contains("HTTP/1.1");
        } catch (SocketException reset) {
            return false;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Says that nothing more will be sent; answers can still be read. */
    void halfClose() {
        try {
            socket.shutdownOutput();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Leaves as a program does that dies: with a reset. */
    void reset() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
