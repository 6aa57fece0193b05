package io.claviger.cli.process;

import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.function.Consumer;

/**
 * The signals that end a tool. KILL is not among them: nothing can handle it. A tool that is killed so loses its
 * connection and thereby the lock, while its command goes on.
 */
public final class Signals {
    /** A signal by its POSIX number. */
    public enum Kind {
        HUP(1),
        INT(2),
        TERM(15);

        private final int number;

        Kind(int number) {
            this.number = number;
        }

        /** The exit status of a program that this signal ended. */
        public int status() {
            return 128 + number;
        }
    }

    private Signals() {}

    /**
     * From now on signals go to {@code handler}, each on a thread of its own, instead of ending the JVM. A signal that
     * was ignored when the JVM started (as by {@code nohup}) stays ignored; the JVM itself sees to that.
     *
     * @throws IllegalStateException if this JVM cannot do it
     */
    public static void handle(Consumer<Kind> handler) {
        for (Kind kind : Kind.values()) {
            handle(kind.name(), () -> handler.accept(kind));
        }
    }

    /**
     * From now on {@code handler} runs whenever the terminal's size has changed.
     *
     * @throws IllegalStateException if this JVM cannot do it
     */
    public static void onResize(Runnable handler) {
        handle("WINCH", handler);
    }

    private static void handle(String signal, Runnable handler) {
        // By reflection: javac warns of every mention of these classes in a way that cannot be suppressed, and our
        // warnings are errors. They are supported API nevertheless, of the module jdk.unsupported (JEP 260).
        try {
            Class<?> signalType = Class.forName("sun.misc.Signal");
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            InvocationHandler invoke = (proxy, method, args) -> switch (method.getName()) {
                case "handle" -> {
                    handler.run();
                    yield null;
                }
                case "equals" -> proxy == args[0];
                case "hashCode" -> System.identityHashCode(proxy);
                default -> "handler of " + signal;
            };
            Object proxy = Proxy.newProxyInstance(handlerType.getClassLoader(), new Class<?>[] {handlerType}, invoke);
            signalType
                    .getMethod("handle", signalType, handlerType)
                    .invoke(null, signalType.getConstructor(String.class).newInstance(signal), proxy);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this Java runtime does not let programs handle signals", e);
        }
    }

    /**
     * Sends a signal to a process. That it may have ended in the meantime is no error.
     *
     * <p>The JDK sends TERM and KILL only; the shell's own {@code kill} sends them all and is everywhere.
     */
    static void send(Kind kind, ProcessHandle target) {
        if (kind == Kind.TERM) {
            target.destroy();
            return;
        }
        try {
            new ProcessBuilder("/bin/sh", "-c", "kill -" + kind + " " + target.pid())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            // Rather the wrong signal than none: the user wants the command to end.
            target.destroy();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Whether a Ctrl-C at the terminal reaches the command without our help. The terminal sends INT to all processes of
     * its foreground group. The command is in our group, so if that is the foreground group it has got its own INT, and
     * a second one would tell many programs to skip their clean-up. In any other case the INT was sent to us alone, as
     * by {@code kill -INT}.
     *
     * <p>The two are told apart by the group and not by the sender, whom Java does not know: a {@code kill -INT} at a
     * tool that runs in the foreground of a terminal does not reach the command.
     */
    static boolean terminalInterruptsCommand() {
        return Proc.stat("self").map(s -> s.group() == s.foregroundGroup()).orElse(false);
    }
}
