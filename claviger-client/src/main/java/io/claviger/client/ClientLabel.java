package io.claviger.client;

import io.claviger.engine.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Who a client is, as people will read it beside the locks that it holds. */
final class ClientLabel {
    private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

    private ClientLabel() {}

    /** Returns host, process id and program. */
    static String ofThisProcess(String program) {
        return cut(host() + " pid " + ProcessHandle.current().pid() + " " + program);
    }

    /** Returns what this program is called by whoever started it, without the arguments. */
    static String program() {
        return System.getProperty("sun.java.command", "java").split(" ", 2)[0];
    }

    /** Makes a text fit the limit, never through the middle of a character. */
    static String cut(String text) {
        if (text.length() <= Limits.MAX_LABEL_LENGTH) {
            return text;
        }
        int end = Limits.MAX_LABEL_LENGTH;
        return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end);
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
