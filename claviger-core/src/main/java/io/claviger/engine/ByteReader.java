package io.claviger.engine;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads what {@link ByteWriter} wrote, and trusts none of it. */
final class ByteReader {
    private final ByteBuffer buffer;

    ByteReader(byte[] bytes) {
        this(ByteBuffer.wrap(bytes));
    }

    private ByteReader(ByteBuffer buffer) {
        this.buffer = buffer;
    }

    int remaining() {
        return buffer.remaining();
    }

    int readByte() {
        need(1);
        return buffer.get() & 0xFF;
    }

    long readNumber() {
        long folded = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int next = readByte();
            folded |= (long) (next & 0x7F) << shift;
            if (next < 0x80) {
                boolean overlong = next == 0 && shift > 0;
                if (overlong || (shift == 63 && next > 1)) {
                    break;
                }
                return (folded >>> 1) ^ -(folded & 1);
            }
        }
        throw new CorruptDataException("a number in no form that is written, before position " + buffer.position());
    }

    int readInt() {
        long value = readNumber();
        if (value != (int) value) {
            throw new CorruptDataException("a number beyond 32 bits before position " + buffer.position());
        }
        return (int) value;
    }

    /** Reads a number that counts things of at least one byte each, so it cannot exceed what is left. */
    int readCount() {
        long count = readNumber();
        if (count < 0 || count > buffer.remaining()) {
            throw new CorruptDataException("a count of " + count + " with " + buffer.remaining() + " bytes left");
        }
        return (int) count;
    }

    boolean readFlag() {
        int value = readByte();
        if (value > 1) {
            throw new CorruptDataException("a flag of " + value + " before position " + buffer.position());
        }
        return value == 1;
    }

    <E extends Enum<E>> E readEnum(E[] values) {
        int ordinal = readByte();
        if (ordinal >= values.length) {
            throw new CorruptDataException("unknown value " + ordinal + " of "
                    + values[0].getDeclaringClass().getSimpleName());
        }
        return values[ordinal];
    }

    OwnerKey readKey() {
        need(16);
        return new OwnerKey(buffer.getLong(), buffer.getLong());
    }

    String readText() {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(readSlice(readCount()))
                    .toString();
        } catch (CharacterCodingException malformed) {
            throw new CorruptDataException("a text that is not UTF-8 before position " + buffer.position());
        }
    }

    /** Reads bytes behind their number. */
    Bytes readBytes() {
        ByteBuffer slice = readSlice(readCount());
        byte[] content = new byte[slice.remaining()];
        slice.get(content);
        return Bytes.copyOf(content);
    }

    /** Returns a reader of the next {@code length} bytes and goes on behind them. */
    ByteReader readPart(int length) {
        return new ByteReader(readSlice(length));
    }

    private ByteBuffer readSlice(int length) {
        need(length);
        ByteBuffer slice = buffer.slice(buffer.position(), length);
        buffer.position(buffer.position() + length);
        return slice;
    }

    private void need(int length) {
        if (buffer.remaining() < length) {
            throw new CorruptDataException("cut at position " + buffer.position() + ": " + length + " bytes expected, "
                    + buffer.remaining() + " left");
        }
    }
}
