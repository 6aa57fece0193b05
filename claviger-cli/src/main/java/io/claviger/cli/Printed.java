package io.claviger.cli;

/** Foreign text as a terminal is to show it: nothing in it moves the cursor, and its width in columns is known. */
final class Printed {
    private static final String CUT = "…";

    /** First and last code points of what takes two columns: east Asian characters and pictures. */
    private static final int[][] WIDE = {
        {0x1100, 0x115F},
        {0x231A, 0x231B},
        {0x23E9, 0x23EC},
        {0x2614, 0x2615},
        {0x26A1, 0x26A1},
        {0x2705, 0x2705},
        {0x274C, 0x274C},
        {0x2B50, 0x2B50},
        {0x2E80, 0x303E},
        {0x3041, 0x33FF},
        {0x3400, 0x4DBF},
        {0x4E00, 0x9FFF},
        {0xA000, 0xA4CF},
        {0xAC00, 0xD7A3},
        {0xF900, 0xFAFF},
        {0xFE30, 0xFE6F},
        {0xFF00, 0xFF60},
        {0xFFE0, 0xFFE6},
        {0x1F300, 0x1F64F},
        {0x1F680, 0x1F6FF},
        {0x1F7E0, 0x1F7EB},
        {0x1F900, 0x1F9FF},
        {0x1FA70, 0x1FAFF},
        {0x20000, 0x3FFFD},
    };

    private Printed() {}

    /** The text with all that would act upon the terminal, or turn its neighbours around, written as an escape. */
    static String of(String text) {
        if (text.codePoints().noneMatch(Printed::acts)) {
            return text;
        }
        StringBuilder line = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (acts(c)) {
                line.append(String.format(c < 0x100 ? "\\x%02x" : "\\u%04x", c));
            } else {
                line.appendCodePoint(c);
            }
        });
        return line.toString();
    }

    /** How many columns a terminal needs for it. */
    static int width(String text) {
        return text.codePoints().map(Printed::width).sum();
    }

    /** The text, or as much of its beginning as fits with a mark that it was cut. */
    static String cut(String text, int columns) {
        if (width(text) <= columns) {
            return text;
        }
        StringBuilder line = new StringBuilder();
        int left = columns - width(CUT);
        for (int at = 0; at < text.length(); ) {
            int c = text.codePointAt(at);
            left -= width(c);
            if (left < 0) {
                break;
            }
            line.appendCodePoint(c);
            at += Character.charCount(c);
        }
        return columns < width(CUT) ? "" : line + CUT;
    }

    /** The text with blanks behind it, up to so many columns. */
    static String padRight(String text, int columns) {
        return text + " ".repeat(Math.max(0, columns - width(text)));
    }

    /** The text with blanks before it, up to so many columns. */
    static String padLeft(String text, int columns) {
        return " ".repeat(Math.max(0, columns - width(text))) + text;
    }

    private static boolean acts(int c) {
        int type = Character.getType(c);
        boolean joinsPictures = c == 0x200D;
        return type == Character.CONTROL
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR
                || type == Character.SURROGATE
                || (type == Character.FORMAT && !joinsPictures);
    }

    private static int width(int c) {
        int type = Character.getType(c);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK || type == Character.FORMAT) {
            return 0;
        }
        for (int[] range : WIDE) {
            if (c >= range[0] && c <= range[1]) {
                return 2;
            }
        }
        return 1;
    }
}
