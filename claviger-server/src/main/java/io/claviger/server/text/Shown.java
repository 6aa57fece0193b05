package io.claviger.server.text;

/** Text of clients as logs may show it: cut, on one line, without control characters. */
final class Shown {
    private static final int MAX_LENGTH = 200;

    private Shown() {}

    static String of(String text) {
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < Math.min(text.length(), MAX_LENGTH); i++) {
            char c = text.charAt(i);
            boolean plain = c >= ' ' && c != 0x7f && c != '\\' && (c < 0x80 || Character.isLetterOrDigit(c));
            shown.append(plain ? String.valueOf(c) : escaped(c));
        }
        return text.length() > MAX_LENGTH ? shown.append("...").toString() : shown.toString();
    }

    private static String escaped(char c) {
        return c == '\\' ? "\\\\" : c < 0x100 ? String.format("\\x%02x", (int) c) : String.format("\\u%04x", (int) c);
    }
}
