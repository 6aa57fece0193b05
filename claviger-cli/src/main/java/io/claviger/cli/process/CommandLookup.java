package io.claviger.cli.process;

import java.io.File;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/** Finds a command's program as execvp(3) does, to tell a missing one from one that cannot be run. */
enum CommandLookup {
    FOUND,
    DIRECTORY,
    NOT_EXECUTABLE,
    NOT_FOUND;

    /** Where programs are looked for if PATH is not set; the same places as the JDK's. */
    private static final String DEFAULT_PATH = ":/bin:/usr/bin";

    /**
     * @param name as on the command line; one with a slash is a file's path
     * @param searchPath the value of PATH, if it is set
     */
    static CommandLookup find(String name, Optional<String> searchPath) {
        if (name.isEmpty()) {
            return NOT_FOUND;
        }
        if (name.indexOf('/') >= 0) {
            return inspect(name);
        }
        CommandLookup best = NOT_FOUND;
        // An empty place is the current directory; the limit keeps empty places at the end.
        for (String place : searchPath.orElse(DEFAULT_PATH).split(File.pathSeparator, -1)) {
            CommandLookup here = inspect(place.isEmpty() ? "./" + name : place + "/" + name);
            if (here.compareTo(best) < 0) {
                best = here;
            }
        }
        return best;
    }

    private static CommandLookup inspect(String file) {
        try {
            Path path = Path.of(file);
            if (Files.readAttributes(path, BasicFileAttributes.class).isDirectory()) {
                return DIRECTORY;
            }
            return Files.isExecutable(path) ? FOUND : NOT_EXECUTABLE;
        } catch (AccessDeniedException e) {
            return NOT_EXECUTABLE;
        } catch (IOException | InvalidPathException e) {
            return NOT_FOUND;
        }
    }
}
