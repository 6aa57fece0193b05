package io.claviger.cli.ldlm;

import io.claviger.server.SocketConfig;
import io.claviger.server.ipc.IpcAnswer;
import io.claviger.server.ipc.IpcAnswer.Holder;
import io.claviger.server.ipc.IpcClient;
import io.claviger.server.ipc.IpcLimits;
import io.claviger.server.ipc.IpcRequest;
import io.claviger.server.ipc.IpcRequest.ListHolders;
import io.claviger.server.ipc.IpcRequest.Which;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * {@code ldlm-lock}: lists the locks of a server on this machine, and releases them whoever holds them. Unlike the
 * original's its {@code unlock} works, and it does not take one of several holders at random.
 *
 * <p>The exit status is 0 if what was asked for is done, else 1.
 */
public final class LdlmLock {
    static final String SOCKET_VARIABLE = "LDLM_IPC_SOCKET_FILE";

    private static final int FAILED = 1;
    private static final int BUFFER_BYTES = 8_192;

    private static final String HELP = """
            Usage: ldlm-lock <command> [flags]

            Lists and releases the locks of a server that runs on this machine.

            Flags:
              -h, --help           Show this help.
              -s, --socket=FILE    Path to the IPC socket file used for communication with
                                   the ldlm server. Without it LDLM_IPC_SOCKET_FILE is
                                   used, else ldlm-ipc.sock in TMPDIR or /tmp.

            Commands:
              unlock <lock-name> [<key>] [--all]
                Unlock a lock, whoever holds it, at once. If it has several holders, a key
                (see list) names the one to lose it, or --all says that each of them does.

              list
                List locks: one line for each holder, by name, the oldest first.

            Exit status: 0 done, 1 not done.
            """;

    private final PrintStream out;
    private final PrintStream err;

    private LdlmLock(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /** Runs the program and ends the JVM with its status. */
    public static void main(String[] args) {
        // Names are UTF-8 for LDLM, whatever the locale is.
        PrintStream out = stream(FileDescriptor.out);
        PrintStream err = stream(FileDescriptor.err);
        int status = run(args, System.getenv(), out, err);
        out.flush();
        err.flush();
        System.exit(status);
    }

    /** Runs the program and returns its exit status. */
    static int run(String[] args, Map<String, String> environment, PrintStream out, PrintStream err) {
        LdlmLock lock = new LdlmLock(out, err);
        try {
            LockArguments arguments = LockArguments.parse(args);
            if (arguments.help()) {
                out.print(HELP);
                return 0;
            }
            return lock.connect(socket(arguments, environment), arguments);
        } catch (LockUsageException wrong) {
            return lock.fail("ldlm-lock: error: " + wrong.getMessage());
        }
    }

    private int connect(String socket, LockArguments arguments) {
        try (IpcClient client = IpcClient.connect(Path.of(socket))) {
            try {
                return arguments.name().isPresent()
                        ? unlock(client, arguments.name().get(), arguments)
                        : list(client);
            } catch (IOException broken) {
                return fail("IPC error: the server at " + shown(socket) + " does not answer as it should: "
                        + broken.getMessage());
            }
        } catch (IOException | InvalidPathException failed) {
            return fail("IPC error: dial unix " + shown(socket) + ": connect: " + reason(socket, failed)
                    + ". Is the ldlm server running? Do you need to specify the socket file path? See help");
        }
    }

    private int list(IpcClient client) throws IOException {
        ListHolders next = ListHolders.FIRST;
        boolean any = false;
        while (true) {
            IpcAnswer answer = client.ask(next);
            if (!(answer instanceof IpcAnswer.Page page)) {
                return fail(refusal(answer));
            }
            List<Holder> holders = page.holders();
            holders.forEach(holder -> line(
                    "{Name: " + shown(holder.name()) + ", Key: " + holder.key() + ", Size: " + holder.size() + "}"));
            any |= !holders.isEmpty();
            // Whoever reads may have read enough.
            if (!page.more() || holders.isEmpty() || out.checkError()) {
                break;
            }
            Holder last = holders.get(holders.size() - 1);
            next = new ListHolders(last.name(), last.token());
        }
        if (!any) {
            line("No locks found");
        }
        return 0;
    }

    private int unlock(IpcClient client, String name, LockArguments arguments) throws IOException {
        Which which = arguments.all() ? Which.ALL : arguments.key().isPresent() ? Which.BY_KEY : Which.THE_ONLY_ONE;
        // No lock has a longer name, and no frame holds one. Nor can a name have what is no character.
        boolean possible = name.length() <= IpcLimits.MAX_NAME_LENGTH
                && StandardCharsets.UTF_8.newEncoder().canEncode(name);
        String key = arguments.key().map(LdlmLock::shortened).orElse("");
        IpcAnswer answer = possible ? client.ask(new IpcRequest.Unlock(name, which, key)) : new IpcAnswer.NoSuchLock();
        if (answer instanceof IpcAnswer.Unlocked) {
            line("Unlocked: true");
            return 0;
        }
        return fail(refusal(answer));
    }

    private static String refusal(IpcAnswer answer) {
        if (answer instanceof IpcAnswer.NoSuchLock) {
            return "a lock by that name does not exist";
        }
        if (answer instanceof IpcAnswer.Refused refused) {
            return "failed to unlock lock: " + refused.reason();
        }
        return "IPC error: the server gave an answer to another question";
    }

    /** A key has 36 characters. One that is much longer is wrong all the same, and would not fit the request. */
    private static String shortened(String key) {
        int most = 100;
        return key.length() <= most ? key : key.substring(0, most);
    }

    private static String socket(LockArguments arguments, Map<String, String> environment) throws LockUsageException {
        Optional<String> given = arguments.socket();
        if (given.isPresent() && !given.get().isEmpty()) {
            requireExists(given.get());
            return given.get();
        }
        String variable = environment.getOrDefault(SOCKET_VARIABLE, "");
        return variable.isEmpty() || variable.equals(ServerOption.PLATFORM_SPECIFIC)
                ? SocketConfig.usualFile(environment).toString()
                : variable;
    }

    private static void requireExists(String socket) throws LockUsageException {
        try {
            Path file = Path.of(socket);
            if (Files.isDirectory(file)) {
                throw new LockUsageException("--socket: \"" + shown(socket) + "\" exists but is a directory");
            }
            if (Files.exists(file) || Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                return;
            }
        } catch (InvalidPathException noName) {
            throw new LockUsageException("--socket: stat " + shown(socket) + ": invalid argument");
        }
        throw new LockUsageException("--socket: stat " + shown(socket) + ": no such file or directory");
    }

    /** In the words of the original, which are the system's in lower case. */
    private static String reason(String socket, Exception failed) {
        if (failed instanceof InvalidPathException) {
            return "invalid argument";
        }
        if (failed instanceof ConnectException) {
            return "connection refused";
        }
        if (!Files.exists(Path.of(socket), LinkOption.NOFOLLOW_LINKS)) {
            return "no such file or directory";
        }
        String message = failed.getMessage() == null ? failed.getClass().getSimpleName() : failed.getMessage();
        return message.toLowerCase(Locale.ROOT);
    }

    /** Names may have line ends and what moves a terminal's cursor; a line of a listing must be one line. */
    private static String shown(String text) {
        StringBuilder line = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (Character.isISOControl(c)) {
                line.append(String.format("\\x%02x", c));
            } else {
                line.appendCodePoint(c);
            }
        });
        return line.toString();
    }

    private void line(String text) {
        out.print(text + "\n");
    }

    private int fail(String text) {
        err.print(text + "\n");
        return FAILED;
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(
                new java.io.BufferedOutputStream(new FileOutputStream(descriptor), BUFFER_BYTES),
                false,
                StandardCharsets.UTF_8);
    }
}
