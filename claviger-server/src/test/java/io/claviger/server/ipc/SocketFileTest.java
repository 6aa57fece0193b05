package io.claviger.server.ipc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketFileTest {
    @TempDir
    private Path folder;

    private Path file = Path.of("");

    @BeforeEach
    void nameFile() {
        file = folder.resolve("ldlm-ipc.sock");
    }

    private List<String> entries() throws Exception {
        try (var entries = Files.list(folder)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }

    private static void leave(Path file) throws Exception {
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(file));
        }
        assertThat(file).exists();
    }

    @Test
    void isPrivate_andAlone_andGoneAfterwards() throws Exception {
        SocketFile socket = SocketFile.create(file);
        try (ServerSocketChannel channel = socket.channel()) {
            assertThat(channel.isOpen()).isTrue();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            assertThat(entries()).containsExactly("ldlm-ipc.sock");
            socket.remove();
            assertThat(entries()).isEmpty();
            socket.remove();
        }
    }

    @Test
    void staleSocket_isReplaced() throws Exception {
        leave(file);
        SocketFile socket = SocketFile.create(file);
        try (ServerSocketChannel channel = socket.channel()) {
            assertThat(channel.isOpen()).isTrue();
            assertThat(entries()).containsExactly("ldlm-ipc.sock");
            assertThatThrownBy(() -> SocketFile.create(file)).hasMessageContaining("is in use");
        }
    }

    @Test
    void liveSocket_isLeftAlone() throws Exception {
        SocketFile first = SocketFile.create(file);
        try (ServerSocketChannel channel = first.channel()) {
            assertThat(channel.isOpen()).isTrue();
            assertThatThrownBy(() -> SocketFile.create(file))
                    .isInstanceOfSatisfying(
                            SocketFileException.class,
                            failed -> assertThat(failed.isInUse()).isTrue())
                    .hasMessage(file + " is in use: a server answers on it");
            assertThat(entries()).containsExactly("ldlm-ipc.sock");
            first.remove();
            assertThat(entries()).isEmpty();
        }
    }

    @Test
    void whatIsNoSocket_isLeftAlone() throws Exception {
        Files.writeString(file, "precious");
        assertThatThrownBy(() -> SocketFile.create(file)).hasMessage(file + " exists and is no socket");
        assertThat(file).hasContent("precious");
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        assertThatThrownBy(() -> SocketFile.create(link)).hasMessage(link + " exists and is no socket");
        Path directory = Files.createDirectory(folder.resolve("directory"));
        assertThatThrownBy(() -> SocketFile.create(directory)).hasMessage(directory + " exists and is no socket");
        assertThat(entries()).containsExactly("directory", "ldlm-ipc.sock", "link");
    }

    @Test
    void linkToAStaleSocket_isNoSocketEither() throws Exception {
        leave(file);
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        assertThatThrownBy(() -> SocketFile.create(link)).hasMessage(link + " exists and is no socket");
        assertThat(Files.exists(file, LinkOption.NOFOLLOW_LINKS)).isTrue();
    }

    @Test
    void anothersFile_isNotRemoved() throws Exception {
        SocketFile first = SocketFile.create(file);
        try (ServerSocketChannel channel = first.channel()) {
            assertThat(channel.isOpen()).isTrue();
            Files.delete(file);
            SocketFile second = SocketFile.create(file);
            try (ServerSocketChannel other = second.channel()) {
                assertThat(other.isOpen()).isTrue();
                first.remove();
                assertThat(file).exists();
                second.remove();
                assertThat(file).doesNotExist();
            }
        }
    }

    @Test
    void placesThatCannotBe_areNamed() {
        Path nowhere = folder.resolve("missing/socket");
        assertThatThrownBy(() -> SocketFile.create(nowhere))
                .hasMessage(nowhere + " cannot be made: there is no such folder");
        assertThatThrownBy(() -> SocketFile.create(Path.of("/"))).hasMessage("/ is no name of a file");
        Path tooLong = folder.resolve("x".repeat(200));
        assertThatThrownBy(() -> SocketFile.create(tooLong)).hasMessageEndingWith("and 107 are the most");
    }

    @Test
    void ofManyThatStartAtOnce_overAStaleFile_oneHasIt() throws Exception {
        leave(file);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Boolean>> starts = new ArrayList<>();
            List<SocketFile> made = java.util.Collections.synchronizedList(new ArrayList<>());
            for (int i = 0; i < 8; i++) {
                starts.add(() -> {
                    try {
                        made.add(SocketFile.create(file));
                        return true;
                    } catch (SocketFileException inUse) {
                        assertThat(inUse.isInUse()).isTrue();
                        return false;
                    }
                });
            }
            int winners = 0;
            for (Future<Boolean> start : threads.invokeAll(starts)) {
                winners += start.get() ? 1 : 0;
            }
            assertThat(winners).isEqualTo(1);
            assertThat(entries()).containsExactly("ldlm-ipc.sock");
            assertThat(made).hasSize(1);
            made.get(0).channel().close();
        } finally {
            threads.shutdownNow();
        }
    }
}
