package io.claviger.server.text;

import io.claviger.engine.Limits;
import io.claviger.engine.OwnerKey;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One line, taken apart in place: {@code action *("," key [":" value])}. One object serves all lines of an event loop,
 * one after the other; what must outlive the line is copied out. Lines that are not all ASCII take a slower way to the
 * same form.
 */
final class Request {

    /** What the line is as a whole; the checks in their order. */
    enum Form {
        NOT_UTF8,
        MALFORMED,
        WELL_FORMED
    }

    private static final int ABSENT = -1;
    private static final long NANOS_PER_MILLI = 1_000_000L;

    private static final Pattern KEY_VALUE = Pattern.compile("(,\\s*key\\s*:)[^,]*", Pattern.CASE_INSENSITIVE);

    /** Not taken apart: a password may have commas, colons and blanks at its ends. */
    private static final byte[] PASSWORD_LINE = LineWriter.ascii(".auth,password:");

    private final byte[] line = new byte[TextLimits.MAX_LINE];
    private final int[] from = new int[Param.COUNT];
    private final int[] to = new int[Param.COUNT];
    private Form form = Form.MALFORMED;
    private Action action = Action.OTHER;
    private int length;

    /** Reads a line of at most {@link TextLimits#MAX_LINE} bytes, its end not included. */
    void read(ByteBuf in, int index, int bytes) {
        in.getBytes(index, line, 0, bytes);
        length = bytes;
        Arrays.fill(from, ABSENT);
        action = Action.OTHER;
        if (isPasswordLine()) {
            form = Form.WELL_FORMED;
            action = Action.AUTH;
            return;
        }
        if (!isAscii() && !normalise()) {
            form = Form.NOT_UTF8;
            return;
        }
        parse();
    }

    Form form() {
        return form;
    }

    Action action() {
        return action;
    }

    boolean has(Param param) {
        return from[param.slot()] != ABSENT;
    }

    /** Returns the bytes of a value; empty if the parameter is absent. */
    byte[] bytes(Param param) {
        return has(param) ? Arrays.copyOfRange(line, from[param.slot()], to[param.slot()]) : new byte[0];
    }

    /** Returns a value as text; empty if the parameter is absent. */
    String text(Param param) {
        return new String(bytes(param), StandardCharsets.UTF_8);
    }

    /** Returns the password of a line that is {@link Action#AUTH}: all up to the line's end, which may be CR LF. */
    byte[] password() {
        int end = length > PASSWORD_LINE.length && line[length - 1] == '\r' ? length - 1 : length;
        return Arrays.copyOfRange(line, PASSWORD_LINE.length, end);
    }

    private boolean isPasswordLine() {
        // The first byte alone sends nearly all lines on.
        return length >= PASSWORD_LINE.length
                && line[0] == '.'
                && Arrays.equals(line, 0, PASSWORD_LINE.length, PASSWORD_LINE, 0, PASSWORD_LINE.length);
    }

    /** Returns the whole line, for people and logs, but no password or key, also in lines that misspell their action. */
    String lineText() {
        String text = new String(line, 0, length, StandardCharsets.UTF_8);
        if (text.strip().toLowerCase(Locale.ROOT).startsWith(".auth")) {
            return ".auth...";
        }
        return KEY_VALUE.matcher(text).replaceAll("$1...");
    }

    /** Returns the lock name. */
    String name() throws Refusal {
        int start = from[Param.NAME.slot()];
        int end = to[Param.NAME.slot()];
        if (start == ABSENT || start == end) {
            throw new Refusal("invalid lock name");
        }
        for (int i = start; i < end; i++) {
            if (!isNameByte(line[i])) {
                throw new Refusal("invalid lock name");
            }
        }
        return new String(line, start, end - start, StandardCharsets.ISO_8859_1);
    }

    /** Returns the owner key, or null if there is none that could be one. */
    @Nullable
    OwnerKey key() {
        return has(Param.KEY) ? KeyText.parse(line, from[Param.KEY.slot()], to[Param.KEY.slot()]) : null;
    }

    /** Returns decimal seconds with up to three decimals, in nanoseconds; or the other value if absent. */
    long nanos(Param param, long absent) throws Refusal {
        if (!has(param)) {
            return absent;
        }
        int end = to[param.slot()];
        int point = from[param.slot()];
        while (point < end && line[point] != '.') {
            point++;
        }
        long millis = digits(param, from[param.slot()], point) * 1000;
        if (point < end) {
            int decimals = end - point - 1;
            if (decimals > 3) {
                throw invalid(param);
            }
            long fraction = digits(param, point + 1, end);
            millis += decimals == 1 ? fraction * 100 : decimals == 2 ? fraction * 10 : fraction;
        }
        if (millis > Limits.MAX_LEASE_NANOS / NANOS_PER_MILLI) {
            throw invalid(param);
        }
        return millis * NANOS_PER_MILLI;
    }

    /** Returns an integer of at least 1; 1 if absent. */
    int count(Param param) throws Refusal {
        if (!has(param)) {
            return 1;
        }
        long value = digits(param, from[param.slot()], to[param.slot()]);
        if (value < 1 || value > Integer.MAX_VALUE) {
            throw invalid(param);
        }
        return (int) value;
    }

    /** Returns whether the parameter has this value; false if absent, refused if it has another one but {@code no}. */
    boolean flag(Param param, String yes, String no) throws Refusal {
        if (!has(param)) {
            return false;
        }
        String value = text(param);
        if (!value.equals(yes) && !value.equals(no)) {
            throw invalid(param);
        }
        return value.equals(yes);
    }

    static Refusal invalid(Param param) {
        return new Refusal("invalid " + param.word());
    }

    /** At most 13 digits count, which is more than any limit. */
    private long digits(Param param, int start, int end) throws Refusal {
        long value = 0;
        for (int i = start; i < end; i++) {
            int digit = line[i] - '0';
            if (digit < 0 || digit > 9 || value >= 1_000_000_000_000L) {
                throw invalid(param);
            }
            value = value * 10 + digit;
        }
        if (start == end) {
            throw invalid(param);
        }
        return value;
    }

    private static boolean isNameByte(byte c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    }

    private boolean isAscii() {
        int seen = 0;
        for (int i = 0; i < length; i++) {
            seen |= line[i];
        }
        return seen >= 0;
    }

    /** Trims Unicode white space, so that trimming ASCII white space is all that is left to do. False if not UTF-8. */
    private boolean normalise() {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(line, 0, length))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            return false;
        }
        StringBuilder normal = new StringBuilder(text.length());
        boolean first = true;
        for (String part : text.split(",", -1)) {
            int colon = first ? -1 : part.indexOf(':');
            normal.append(first ? "" : ",");
            if (colon < 0) {
                normal.append(Whitespace.strip(part));
            } else {
                normal.append(Whitespace.strip(part.substring(0, colon))).append(':');
                normal.append(Whitespace.strip(part.substring(colon + 1)));
            }
            first = false;
        }
        byte[] bytes = normal.toString().getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, line, 0, bytes.length);
        length = bytes.length;
        return true;
    }

    private void parse() {
        int end = partEnd(0);
        int start = skip(0, end);
        int stop = trim(start, end);
        action = Action.of(line, start, stop);
        form = start == stop ? Form.MALFORMED : Form.WELL_FORMED;
        while (end < length) {
            int begin = end + 1;
            end = partEnd(begin);
            parseParam(begin, end);
        }
    }

    private void parseParam(int begin, int end) {
        int colon = begin;
        while (colon < end && line[colon] != ':') {
            colon++;
        }
        int start = skip(begin, colon);
        int stop = trim(start, colon);
        if (start == stop) {
            form = Form.MALFORMED;
            return;
        }
        Param param = Param.of(line, start, stop);
        if (param != null) {
            int value = skip(Math.min(colon + 1, end), end);
            // The last one of several wins.
            from[param.slot()] = value;
            to[param.slot()] = trim(value, end);
        }
    }

    private int partEnd(int start) {
        int end = start;
        while (end < length && line[end] != ',') {
            end++;
        }
        return end;
    }

    private int skip(int start, int end) {
        int i = start;
        while (i < end && Whitespace.is(line[i])) {
            i++;
        }
        return i;
    }

    private int trim(int start, int end) {
        int i = end;
        while (i > start && Whitespace.is(line[i - 1])) {
            i--;
        }
        return i;
    }
}
