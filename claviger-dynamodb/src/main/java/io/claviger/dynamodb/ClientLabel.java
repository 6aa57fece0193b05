package io.claviger.dynamodb;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Who a client is, as people will read it beside the locks that it holds. */
final class ClientLabel {
    /** The longest label: it is in every item, and an item costs by its length. */
    static final int MAX_LENGTH = 256;

    private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

    private ClientLabel() {}

    /** Returns host, process id and program. */
    static String ofThisProcess() {
        return ofThisProcess(System.getProperty("sun.java.command", "java").split(" ", 2)[0]);
    }

    /** Returns host, process id and the program by this name. */
    static String ofThisProcess(String program) {
        return cut(host() + " pid " + ProcessHandle.current().pid() + " " + program);
    }

    /** Makes a text fit the limit, never through the middle of a character. */
    static String cut(String text) {
        if (text.length() <= MAX_LENGTH) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(MAX_LENGTH - 1)) ? MAX_LENGTH - 1 : MAX_LENGTH);
    }

    /** Not by the JDK's way, which asks a name server and may take seconds. */
    private static String host() {
        try {
            return Files.readString(HOST_NAME).strip();
        } catch (IOException elsewhere) {
            String name = System.getenv("HOSTNAME");
            return name != null ? name : System.getenv().getOrDefault("COMPUTERNAME", "unknown-host");
        }
    }
}
