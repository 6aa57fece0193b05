package io.claviger.cli.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What proc(5) of Linux tells beyond the JDK. Where it does not exist the answers are empty. */
final class Proc {
    private static final Path ROOT = Path.of("/proc");

    /**
     * A part of /proc/PID/stat.
     *
     * @param state one letter; Z is a process that ended and was not yet collected by its parent
     * @param group process group
     * @param foregroundGroup foreground process group of the controlling terminal, -1 without one
     */
    record Stat(String state, int group, int foregroundGroup) {
        boolean zombie() {
            return state.equals("Z");
        }
    }

    private Proc() {}

    static Optional<Stat> stat(String pid) {
        try {
            String text = Files.readString(ROOT.resolve(pid).resolve("stat"), StandardCharsets.ISO_8859_1);
            // The command's name is in parentheses and may itself contain parentheses and spaces.
            String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ", 7);
            return Optional.of(new Stat(fields[0], Integer.parseInt(fields[2]), Integer.parseInt(fields[5])));
        } catch (IOException | NumberFormatException | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    /** The processes whose environment, as it was at their start, contains a text. Those we may not look at are left out. */
    static List<ProcessHandle> withEnvironment(String ascii) {
        List<ProcessHandle> found = new ArrayList<>();
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(ROOT, "[0-9]*")) {
            for (Path directory : directories) {
                // The handle comes first: it stands for this very process, even if its number is used again.
                Optional<ProcessHandle> process =
                        ProcessHandle.of(Long.parseLong(directory.getFileName().toString()));
                if (process.isPresent() && environment(directory).contains(ascii)) {
                    found.add(process.get());
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            return found;
        }
        return found;
    }

    private static String environment(Path directory) {
        try {
            return new String(Files.readAllBytes(directory.resolve("environ")), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}
