package io.claviger.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads one document. Not thread-safe. */
final class JsonReader {
    private static final int HEX_DIGITS = 4;
    private static final int HEX = 16;

    private final String document;
    private int at;
    private int depth;

    JsonReader(String document) {
        this.document = document;
    }

    Json read() {
        if (document.length() > Json.MAX_LENGTH) {
            throw new IllegalArgumentException("a JSON document has up to " + Json.MAX_LENGTH
                    + " characters here, but this one has " + document.length());
        }
        Json whole = value();
        skipBlanks();
        if (at < document.length()) {
            throw bad("nothing may follow the document");
        }
        return whole;
    }

    private Json value() {
        skipBlanks();
        char first = peek();
        return switch (first) {
            case '{' -> members();
            case '[' -> items();
            case '"' -> new Json.Text(string());
            case 't' -> word("true", new Json.Truth(true));
            case 'f' -> word("false", new Json.Truth(false));
            case 'n' -> word("null", new Json.Null());
            default -> {
                if (first == '-' || isDigit(first)) {
                    yield number();
                }
                throw bad("a value is expected");
            }
        };
    }

    private Json members() {
        enter();
        Map<String, Json> members = new LinkedHashMap<>();
        boolean more = !closes('}');
        while (more) {
            skipBlanks();
            int start = at;
            if (peek() != '"') {
                throw bad("a name in quotation marks is expected");
            }
            String name = string();
            skipBlanks();
            expect(':');
            if (members.put(name, value()) != null) {
                at = start;
                throw bad("the name \"" + shown(name) + "\" is there twice");
            }
            more = goesOn('}');
        }
        depth--;
        return new Json.Members(members);
    }

    private Json items() {
        enter();
        List<Json> items = new ArrayList<>();
        boolean more = !closes(']');
        while (more) {
            items.add(value());
            more = goesOn(']');
        }
        depth--;
        return new Json.Items(items);
    }

    private void enter() {
        if (++depth > Json.MAX_DEPTH) {
            throw bad("more than " + Json.MAX_DEPTH + " levels deep");
        }
        at++;
    }

    private boolean closes(char end) {
        skipBlanks();
        if (peek() != end) {
            return false;
        }
        at++;
        return true;
    }

    private boolean goesOn(char end) {
        skipBlanks();
        if (peek() == ',') {
            at++;
            return true;
        }
        if (peek() != end) {
            throw bad("',' or '" + end + "' is expected");
        }
        at++;
        return false;
    }

    private Json word(String word, Json meaning) {
        if (!document.startsWith(word, at)) {
            throw bad("a value is expected");
        }
        at += word.length();
        return meaning;
    }

    private Json number() {
        int start = at;
        accept('-');
        if (!accept('0')) {
            digits();
        }
        if (accept('.')) {
            digits();
        }
        if (accept('e') || accept('E')) {
            if (!accept('+')) {
                accept('-');
            }
            digits();
        }
        if (at - start > Json.MAX_NUMBER_LENGTH) {
            throw bad("a number has up to " + Json.MAX_NUMBER_LENGTH + " characters");
        }
        return new Json.Numeral(document.substring(start, at));
    }

    private void digits() {
        int start = at;
        while (at < document.length() && isDigit(document.charAt(at))) {
            at++;
        }
        if (at == start) {
            throw bad("a digit is expected");
        }
    }

    private String string() {
        at++;
        StringBuilder text = new StringBuilder();
        int start = at;
        while (true) {
            char c = peek();
            if (c == '"') {
                at++;
                return wellFormed(text, start);
            }
            if (c < ' ') {
                throw bad("a control character in a string is written as \\uXXXX");
            }
            at++;
            text.append(c == '\\' ? escaped() : c);
        }
    }

    private char escaped() {
        char c = peek();
        at++;
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> {
                at--;
                throw bad("no escape of JSON");
            }
        };
    }

    private char unicode() {
        int code = 0;
        for (int i = 0; i < HEX_DIGITS; i++) {
            char c = peek();
            int digit = c < 0x80 ? Character.digit(c, HEX) : -1;
            if (digit < 0) {
                throw bad("four hexadecimal digits are expected");
            }
            code = code * HEX + digit;
            at++;
        }
        return (char) code;
    }

    private String wellFormed(StringBuilder text, int start) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                at = start;
                throw bad("the string has half of a surrogate pair");
            }
        }
        return text.toString();
    }

    private boolean accept(char c) {
        if (at < document.length() && document.charAt(at) == c) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(char c) {
        if (!accept(c)) {
            throw bad("'" + c + "' is expected");
        }
    }

    private char peek() {
        if (at >= document.length()) {
            throw bad("the document ends too early");
        }
        return document.charAt(at);
    }

    private void skipBlanks() {
        while (at < document.length() && " \t\n\r".indexOf(document.charAt(at)) >= 0) {
            at++;
        }
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static String shown(String name) {
        int longest = 40;
        return name.length() <= longest ? name : name.substring(0, longest) + "…";
    }

    private IllegalArgumentException bad(String problem) {
        int end = Math.min(at, document.length());
        int line = 1
                + (int) document.substring(0, end)
                        .chars()
                        .filter(c -> c == '\n')
                        .count();
        int column = end - document.lastIndexOf('\n', end - 1);
        return new IllegalArgumentException("no JSON document: line " + line + ", column " + column + ": " + problem);
    }
}
