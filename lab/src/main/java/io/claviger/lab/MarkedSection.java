package io.claviger.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A critical section that tells if it is not one: who is in it has made a marker that must not have been there, and counts up a number in a
 * file without any care. So two at a time are told at once, and a lost count at the end.
 */
record MarkedSection(Path counter, long millis) {

    /**
     * Goes through it once.
     *
     * @throws java.nio.file.FileAlreadyExistsException if somebody else is in it
     */
    void pass() throws IOException, InterruptedException {
        Path marker = counter.resolveSibling(counter.getFileName() + ".in");
        Files.createFile(marker);
        long count = Files.exists(counter) ? Long.parseLong(Files.readString(counter)) : 0;
        Thread.sleep(millis);
        Files.writeString(counter, Long.toString(count + 1));
        Files.delete(marker);
    }
}
