package io.claviger.cli.process;

/** Foreign text made fit for a quotation in a line of ours. */
public final class OneLine {
    /** Longest piece of foreign text that a line quotes, in characters. */
    private static final int MAX_QUOTED = 200;

    private OneLine() {}

    /** The text with its control characters escaped and its length limited. */
    public static String of(String text) {
        StringBuilder line = new StringBuilder();
        text.codePoints().limit(MAX_QUOTED).forEach(c -> {
            if (Character.isISOControl(c)) {
                line.append(String.format("\\x%02x", c));
            } else {
                line.appendCodePoint(c);
            }
        });
        return text.codePointCount(0, text.length()) > MAX_QUOTED ? line + "…" : line.toString();
    }
}
