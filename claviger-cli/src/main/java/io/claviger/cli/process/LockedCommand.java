package io.claviger.cli.process;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * A command that was started under a lock, and all that descends from it. It has our standard streams, our process group
 * and so the terminal. Not thread-safe.
 */
public final class LockedCommand {
    /** Where the launcher keeps an LC_ALL that it replaced. Empty if there was none. */
    private static final String ORIGINAL_LOCALE_VARIABLE = "CLAVIGER_LC_ALL";

    private final Process process;
    private final ProcessTree tree;

    private LockedCommand(Process process, String mark) {
        this.process = process;
        this.tree = new ProcessTree(process.toHandle(), mark);
    }

    /**
     * Looks for a command's program, before anything is started.
     *
     * @param name the first word of the command
     * @param searchPath the value of PATH, if it is set
     * @throws CannotRunException if there is none that can be run
     */
    public static void require(String name, Optional<String> searchPath) throws CannotRunException {
        switch (CommandLookup.find(name, searchPath)) {
            case NOT_FOUND -> throw CannotRunException.notFound(name, "");
            case NOT_EXECUTABLE -> throw CannotRunException.notExecutable(name, "Permission denied");
            case DIRECTORY -> throw CannotRunException.notExecutable(name, "Is a directory");
            case FOUND -> {}
        }
    }

    /**
     * Starts a command.
     *
     * @param environment changes our environment into the command's; a mark is added by which its descendants are found
     * @param onEnd called once with the command's status, which for one that died of signal n is 128 + n
     * @throws CannotRunException if the operating system refuses to run the program
     */
    public static LockedCommand start(
            List<String> command, Consumer<Map<String, String>> environment, IntConsumer onEnd)
            throws CannotRunException {
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        environment.accept(builder.environment());
        String mark = ProcessTree.newMark();
        // A command within a command carries both marks, so that either tool finds it.
        builder.environment().merge(ProcessTree.MARK_VARIABLE, mark, String::concat);
        restoreLocale(builder.environment());
        try {
            Process process = builder.start();
            var unused = process.onExit().thenAccept(ended -> onEnd.accept(ended.exitValue()));
            return new LockedCommand(process, mark);
        } catch (IOException e) {
            throw CannotRunException.of(command.get(0), String.valueOf(e.getMessage()));
        }
    }

    /** Undoes what the launcher did to the locale for us. */
    private static void restoreLocale(Map<String, String> environment) {
        String original = environment.remove(ORIGINAL_LOCALE_VARIABLE);
        if (original == null) {
            return;
        }
        if (original.isEmpty()) {
            environment.remove("LC_ALL");
        } else {
            environment.put("LC_ALL", original);
        }
    }

    /** Whether the command itself runs; what it started may do so either way. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** The command and its descendants, as far as they run now. */
    public List<ProcessHandle> running() {
        List<ProcessHandle> running = tree.running();
        // The second look finds what was started while the first one passed by.
        return running.isEmpty() ? tree.running() : running;
    }

    /**
     * Gives the command a signal that we got, unless it has it already because the terminal sends a Ctrl-C to both.
     *
     * @return whether it was sent
     */
    public boolean passOn(Signals.Kind kind) {
        boolean hasItAlready = kind == Signals.Kind.INT && Signals.terminalInterruptsCommand();
        if (hasItAlready || !process.isAlive()) {
            return false;
        }
        Signals.send(kind, process.toHandle());
        return true;
    }

    /** Whether a status is that of a program that died of a signal that a tool gets as well. */
    public static boolean isOfSignal(int status) {
        return Arrays.stream(Signals.Kind.values()).anyMatch(kind -> kind.status() == status);
    }
}
