package io.claviger.server.ipc;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Objects;

/**
 * A listening unix socket as a file that only its owner may open, from its first moment to its last.
 *
 * <p><b>How it comes into being.</b> {@code bind} makes the file with the permissions that the umask leaves, and a
 * {@code chmod} after it would come too late: whoever is connected stays connected. The umask belongs to the whole
 * process, so it cannot be changed for a moment either. So the socket is bound in a folder beside its place that only
 * its owner may enter, made private there, and then linked to its place. A link never replaces anything, so of two
 * servers that start at once one finds that it exists.
 *
 * <p><b>What stands there before.</b> A socket on which nobody answers, left by a server that was killed, is replaced;
 * one on which somebody does is not, and neither is anything that is no socket, links included. The old socket is not
 * deleted but moved aside and looked at once more: between the look and the move another server may have made its own,
 * which is then put back.
 */
final class SocketFile {
    private static final String PRIVATE_FOLDER = "rwx------";
    private static final String PRIVATE_FILE = "rw-------";
    private static final int TYPE_MASK = 0170000;
    private static final int SOCKET_TYPE = 0140000;

    /** Bytes of a socket's path: Linux takes so many. */
    private static final int MAX_PATH_BYTES = 107;

    /** How often it is tried while others take the place away. */
    private static final int TRIES = 5;

    private final Path file;
    private final ServerSocketChannel channel;
    private final Object key;

    private SocketFile(Path file, ServerSocketChannel channel, Object key) {
        this.file = file;
        this.channel = channel;
        this.key = key;
    }

    /**
     * Makes the socket; others can connect when this returns.
     *
     * @throws SocketFileException if it cannot be made; then nothing is left of it
     */
    static SocketFile create(Path wanted) throws SocketFileException {
        Path file = wanted.toAbsolutePath();
        if (file.getFileName() == null) {
            throw SocketFileException.unusable(file + " is no name of a file");
        }
        int bytes = file.toString().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_PATH_BYTES) {
            // It could be bound by a shorter path, but nobody could connect to it.
            throw SocketFileException.unusable(file + " cannot be made: its path has " + bytes + " bytes, and "
                    + MAX_PATH_BYTES + " are the most");
        }
        try {
            Path folder = privateFolder(file);
            try {
                return create(file, folder);
            } finally {
                Files.deleteIfExists(inside(folder));
                Files.deleteIfExists(aside(folder));
                Files.deleteIfExists(folder);
            }
        } catch (IOException | UnsupportedOperationException failed) {
            throw SocketFileException.unusable(file + " cannot be made: " + reason(failed));
        }
    }

    Path file() {
        return file;
    }

    ServerSocketChannel channel() {
        return channel;
    }

    /** Removes the file, if it is still the one that was made here. To be called while the channel is open. */
    void remove() throws IOException {
        // As long as the socket is open nobody else can get its inode, so an equal key is this very file.
        try {
            if (key(file).equals(key)) {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException gone) {
            // Somebody has tidied up; there is nothing left to do.
            return;
        }
    }

    private static SocketFile create(Path file, Path folder) throws IOException, SocketFileException {
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            Path bound = inside(folder);
            channel.bind(UnixDomainSocketAddress.of(bound), IpcLimits.BACKLOG);
            Files.setPosixFilePermissions(bound, PosixFilePermissions.fromString(PRIVATE_FILE));
            Object key = key(bound);
            for (int i = 0; i < TRIES; i++) {
                requirePlace(file, folder);
                if (link(bound, file)) {
                    return new SocketFile(file, channel, key);
                }
            }
            throw SocketFileException.inUse(file + " is made by others all the time");
        } catch (IOException | SocketFileException | RuntimeException failed) {
            channel.close();
            throw failed;
        }
    }

    /** Sees to it that nothing stands at a place, or fails. */
    private static void requirePlace(Path file, Path folder) throws IOException, SocketFileException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!isSocket(file)) {
            throw SocketFileException.unusable(file + " exists and is no socket");
        }
        if (isLive(file)) {
            throw inUse(file);
        }
        Path aside = aside(folder);
        try {
            Files.move(file, aside);
        } catch (NoSuchFileException gone) {
            return;
        }
        if (isLive(aside)) {
            link(aside, file);
            throw inUse(file);
        }
        Files.delete(aside);
    }

    private static SocketFileException inUse(Path file) {
        return SocketFileException.inUse(file + " is in use: a server answers on it");
    }

    private static boolean isSocket(Path file) throws IOException {
        int mode = (int) Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        return (mode & TYPE_MASK) == SOCKET_TYPE;
    }

    private static boolean isLive(Path file) throws IOException {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            // Not blocking: with many who wait to be accepted, connecting would wait as well. That is a sign of life
            // too.
            probe.configureBlocking(false);
            hasRoom(probe, file);
            return true;
        } catch (ConnectException nobody) {
            return false;
        }
    }

    /**
     * Connects a channel that does not block. False if too many wait to be accepted already.
     *
     * @throws ConnectException if there is a file but no server
     */
    static boolean hasRoom(SocketChannel channel, Path file) throws IOException {
        try {
            return channel.connect(UnixDomainSocketAddress.of(file));
        } catch (ConnectException nobody) {
            throw nobody;
        } catch (SocketException fullOrForbidden) {
            // What it is stands in the message only, in the language of the user. Who may write may connect.
            if (Files.isWritable(file)) {
                return false;
            }
            throw fullOrForbidden;
        }
    }

    /** Gives a file a second name. False if that is taken. */
    private static boolean link(Path existing, Path name) throws IOException {
        try {
            Files.createLink(name, existing);
            return true;
        } catch (FileAlreadyExistsException taken) {
            return false;
        } catch (FileSystemException | UnsupportedOperationException withoutLinks) {
            return move(existing, name);
        }
    }

    /** For file systems without links; there two servers that start at the same instant are not kept apart. */
    private static boolean move(Path existing, Path name) throws IOException {
        try {
            Files.move(existing, name);
            return true;
        } catch (FileAlreadyExistsException taken) {
            return false;
        }
    }

    /** Its names are short, since the path of a socket may have about 100 bytes only. */
    private static Path privateFolder(Path file) throws IOException {
        SecureRandom random = new SecureRandom();
        for (int i = 0; ; i++) {
            String name = ".c" + Integer.toString(random.nextInt(Integer.MAX_VALUE), Character.MAX_RADIX);
            try {
                return Files.createDirectory(
                        file.resolveSibling(name),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(PRIVATE_FOLDER)));
            } catch (FileAlreadyExistsException taken) {
                if (i == TRIES) {
                    throw taken;
                }
            }
        }
    }

    private static Path inside(Path folder) {
        return folder.resolve("s");
    }

    private static Path aside(Path folder) {
        return folder.resolve("o");
    }

    /** What tells the file from every other one: device and inode. */
    private static Object key(Path file) throws IOException {
        return Objects.requireNonNull(
                Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                        .fileKey(),
                "a unix file has a key");
    }

    private static String reason(Exception failed) {
        if (failed instanceof NoSuchFileException) {
            return "there is no such folder";
        }
        if (failed instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (failed instanceof FileSystemException other && other.getReason() != null) {
            return other.getReason();
        }
        return failed.getMessage() == null ? failed.getClass().getSimpleName() : failed.getMessage();
    }
}
