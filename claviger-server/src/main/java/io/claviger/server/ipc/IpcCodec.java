package io.claviger.server.ipc;

import io.claviger.server.ipc.IpcAnswer.Holder;
import io.claviger.server.ipc.IpcRequest.Which;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Requests and answers as bytes. The package says how. */
final class IpcCodec {
    static final int VERSION = 1;

    private static final int LIST = 1;
    private static final int UNLOCK = 2;

    private static final int PAGE = 1;
    private static final int UNLOCKED = 2;
    private static final int NO_SUCH_LOCK = 3;
    private static final int REFUSED = 4;

    private IpcCodec() {}

    /** Writes the fields of a message. */
    private interface Fields {
        void writeTo(DataOutputStream out) throws IOException;
    }

    /** Returns a request as a frame. */
    static ByteBuffer encode(IpcRequest request) {
        if (request instanceof IpcRequest.ListHolders list) {
            return frame(LIST, out -> {
                writeText(out, list.afterName());
                out.writeLong(list.afterToken());
            });
        }
        IpcRequest.Unlock unlock = (IpcRequest.Unlock) request;
        return frame(UNLOCK, out -> {
            writeText(out, unlock.name());
            out.writeByte(unlock.which().code);
            writeText(out, unlock.key());
        });
    }

    /** Returns an answer as a frame. */
    static ByteBuffer encode(IpcAnswer answer) {
        if (answer instanceof IpcAnswer.Page page) {
            return frame(PAGE, out -> {
                out.writeBoolean(page.more());
                out.writeInt(page.holders().size());
                for (Holder holder : page.holders()) {
                    writeText(out, holder.name());
                    writeText(out, holder.key());
                    out.writeInt(holder.size());
                    out.writeLong(holder.token());
                }
            });
        }
        if (answer instanceof IpcAnswer.Unlocked unlocked) {
            return frame(UNLOCKED, out -> out.writeInt(unlocked.count()));
        }
        if (answer instanceof IpcAnswer.Refused refused) {
            return frame(REFUSED, out -> writeText(out, refused.reason()));
        }
        return frame(NO_SUCH_LOCK, out -> {});
    }

    /**
     * Reads the body of a frame.
     *
     * @throws IOException if it is no request of this version; the message says why
     */
    static IpcRequest request(byte[] body) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(body));
        IpcRequest request = switch (kind(in)) {
            case LIST -> new IpcRequest.ListHolders(text(in, IpcLimits.MAX_NAME_BYTES), in.readLong());
            case UNLOCK ->
                new IpcRequest.Unlock(
                        text(in, IpcLimits.MAX_NAME_BYTES), which(in), text(in, IpcLimits.MAX_TEXT_BYTES));
            default -> throw new IOException("an unknown kind of request");
        };
        requireEnd(in);
        return request;
    }

    /**
     * Reads the body of a frame.
     *
     * @throws IOException if it is no answer of this version; the message says why
     */
    static IpcAnswer answer(byte[] body) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(body));
        IpcAnswer answer = switch (kind(in)) {
            case PAGE -> page(in);
            case UNLOCKED -> new IpcAnswer.Unlocked(in.readInt());
            case NO_SUCH_LOCK -> new IpcAnswer.NoSuchLock();
            case REFUSED -> new IpcAnswer.Refused(text(in, IpcLimits.MAX_TEXT_BYTES));
            default -> throw new IOException("an unknown kind of answer");
        };
        requireEnd(in);
        return answer;
    }

    private static IpcAnswer page(DataInputStream in) throws IOException {
        boolean more = in.readBoolean();
        int count = in.readInt();
        if (count < 0 || count > IpcLimits.PAGE_HOLDERS) {
            throw new IOException("a page of " + count + " holders");
        }
        List<Holder> holders = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            holders.add(new Holder(
                    text(in, IpcLimits.MAX_NAME_BYTES),
                    text(in, IpcLimits.MAX_TEXT_BYTES),
                    in.readInt(),
                    in.readLong()));
        }
        return new IpcAnswer.Page(holders, more);
    }

    private static Which which(DataInputStream in) throws IOException {
        int code = in.readUnsignedByte();
        return Arrays.stream(Which.values())
                .filter(which -> which.code == code)
                .findFirst()
                .orElseThrow(() -> new IOException("an unknown choice of holders"));
    }

    private static int kind(DataInputStream in) throws IOException {
        int version = in.readUnsignedByte();
        if (version != VERSION) {
            throw new IOException("version " + version + " of the protocol, while this one is " + VERSION);
        }
        return in.readUnsignedByte();
    }

    private static void requireEnd(DataInputStream in) throws IOException {
        if (in.available() > 0) {
            throw new IOException("surplus bytes");
        }
    }

    private static String text(DataInputStream in, int maxBytes) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > maxBytes || length > in.available()) {
            throw new IOException("a text of " + length + " bytes");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(in.readNBytes(length)))
                    .toString();
        } catch (CharacterCodingException malformed) {
            throw new IOException("a text that is not UTF-8", malformed);
        }
    }

    private static void writeText(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static ByteBuffer frame(int kind, Fields fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(0); // The length, when it is known.
            out.writeByte(VERSION);
            out.writeByte(kind);
            fields.writeTo(out);
        } catch (IOException impossible) {
            throw new UncheckedIOException("memory cannot be written", impossible);
        }
        ByteBuffer frame = ByteBuffer.wrap(bytes.toByteArray());
        return frame.putInt(0, frame.limit() - Integer.BYTES);
    }
}
