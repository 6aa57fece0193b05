package io.claviger.cli;

import io.claviger.FencingToken;
import io.claviger.KeyValueStore;
import io.claviger.PutOptions;
import io.claviger.Value;
import io.claviger.engine.Limits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;

/** Reads what the commands of the key-value store are given, and says what is wrong with it. */
final class StoreArguments {
    private static final String STANDARD_INPUT = "-";
    private static final int VERSION_DIGITS = 16;
    private static final String VERSION = "0|[1-9][0-9]{0," + (VERSION_DIGITS - 1) + "}";

    private StoreArguments() {}

    /** The arguments, of which there must be so many. */
    static List<String> exactly(List<String> arguments, int count, String usage) {
        if (arguments.size() != count) {
            throw new BadOptionException(
                    (arguments.isEmpty() ? "no argument" : LockWords.counted(arguments.size(), "argument"))
                            + ", but it takes " + count + ": claviger kv " + usage);
        }
        return arguments;
    }

    static String key(String key) {
        if (key.isEmpty()) {
            throw new BadOptionException("a key is not empty");
        }
        return representable("key", key, KeyValueStore.MAX_KEY_LENGTH);
    }

    static String prefix(String prefix) {
        return representable("prefix", prefix, KeyValueStore.MAX_KEY_LENGTH);
    }

    private static String representable(String what, String text, int longest) {
        if (text.indexOf('\uFFFD') >= 0) {
            throw new BadOptionException("the locale cannot represent the " + what + " " + LockWords.quoted(text)
                    + "; set LC_ALL to one that can, such as C.UTF-8");
        }
        if (!Limits.isWellFormed(text, longest)) {
            throw new BadOptionException(
                    "a " + what + " has at most " + longest + " characters, but this one has " + text.length());
        }
        return text;
    }

    /** A value as an argument: the text itself, or what standard input has. Read when it is needed, and not before. */
    static Value value(String argument, Value.Form form, InputStream in) {
        byte[] bytes;
        if (argument.equals(STANDARD_INPUT)) {
            try {
                bytes = in.readNBytes(KeyValueStore.MAX_VALUE_BYTES + 1);
            } catch (IOException e) {
                throw new BadOptionException(
                        "standard input cannot be read: " + Printed.of(String.valueOf(e.getMessage())));
            }
        } else {
            bytes = representable("value", argument, Integer.MAX_VALUE).getBytes(StandardCharsets.UTF_8);
        }
        if (bytes.length > KeyValueStore.MAX_VALUE_BYTES) {
            throw new BadOptionException("a value has at most " + KeyValueStore.MAX_VALUE_BYTES
                    + " bytes, but this one has " + (argument.equals(STANDARD_INPUT) ? "more" : "" + bytes.length));
        }
        return inForm(form, Value.bytes(bytes));
    }

    private static Value inForm(Value.Form form, Value bytes) {
        try {
            return switch (form) {
                case BYTES -> bytes;
                case TEXT -> Value.text(bytes.asText());
                case JSON -> Value.json(bytes.asText());
            };
        } catch (IllegalStateException | IllegalArgumentException e) {
            throw new BadOptionException(
                    "--form: the value is no " + (form == Value.Form.JSON ? "JSON document" : "text") + ": "
                            + Printed.of(String.valueOf(e.getMessage())));
        }
    }

    /** What {@code --form} says of a value. */
    static Value.Form form(OptionSources sources) {
        Optional<OptionValue> option = sources.ofCommandLine("form");
        return option.isEmpty()
                ? Value.Form.BYTES
                : switch (option.get().text()) {
                    case "bytes" -> Value.Form.BYTES;
                    case "text" -> Value.Form.TEXT;
                    case "json" -> Value.Form.JSON;
                    default -> throw option.get().bad("is none of bytes, text and json");
                };
    }

    static long version(String text, String where) {
        if (!text.matches(VERSION) || Long.parseLong(text) >= Limits.MAX_NUMBER) {
            throw new BadOptionException(
                    where + ": '" + Printed.of(text)
                            + "' is no version, which is a whole number as 'claviger kv get --json' tells it, or 0 for no record");
        }
        return Long.parseLong(text);
    }

    static OptionalLong ifVersion(OptionSources sources) {
        Optional<OptionValue> option = sources.ofCommandLine("if-version");
        return option.isPresent()
                ? OptionalLong.of(version(option.get().text(), "--if-version"))
                : OptionalLong.empty();
    }

    static PutOptions putOptions(OptionSources sources) {
        Optional<OptionValue> ttl = sources.ofCommandLine("ttl");
        if (ttl.isEmpty()) {
            return PutOptions.DEFAULT;
        }
        Duration length = ttl.get().duration();
        if (length.isZero()) {
            throw ttl.get().bad("is no time to live; without --ttl a record has none");
        }
        return PutOptions.timeToLive(length);
    }

    /** How {@code --if-holding} narrows a store. The name may have colons, the token has none. */
    static UnaryOperator<KeyValueStore> ifHolding(OptionSources sources) {
        Optional<OptionValue> option = sources.ofCommandLine("if-holding");
        if (option.isEmpty()) {
            return store -> store;
        }
        String text = option.get().text();
        int colon = text.lastIndexOf(':');
        String token = text.substring(colon + 1);
        if (colon < 1 || !token.matches(VERSION) || token.equals("0") || Long.parseLong(token) >= Limits.MAX_NUMBER) {
            throw option.get()
                    .bad("is no grant, which is such as NAME:57, the name of a lock and the token that 'claviger "
                            + "hold' and CLAVIGER_TOKEN tell");
        }
        String name = text.substring(0, colon);
        Wanted.checkNames(List.of(name));
        return store -> store.ifHolding(name, new FencingToken(Long.parseLong(token)));
    }
}
