package io.claviger.cli.tcpnetlock;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server that follows a script, keeps a record of what it got, and can die in several ways. */
final class ScriptedServer implements AutoCloseable {
    /** What the server does about a line. */
    interface Script {
        /**
         * @param connection number of the connection, from 1 on
         * @return the answer without its line end, or one of the constants below
         */
        String answer(int connection, String line);
    }

    static final String SILENCE = "<silence>";
    static final String CLOSE = "<close>";
    static final String RESET = "<reset>";

    private final ServerSocket listener;
    private final Script script;
    private final List<Socket> connections = new CopyOnWriteArrayList<>();

    /** What came in, as {@code CONNECTION:LINE}; the end of a connection is the line {@code EOF}. */
    private final List<String> record = new CopyOnWriteArrayList<>();

    ScriptedServer(Script script) throws IOException {
        this(script, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    }

    ScriptedServer(Script script, InetAddress address) throws IOException {
        this.script = script;
        this.listener = new ServerSocket(0, 50, address);
        start(this::accept);
    }

    /** Grants every lock and answers all that follows as the original does. */
    static String granting(int connection, String line) {
        if (line.startsWith("lock,")) {
            return "ok";
        }
        return switch (line) {
            case ".keepalive" -> "alive";
            case "release" -> "released";
            default -> "bad-action";
        };
    }

    String port() {
        return Integer.toString(listener.getLocalPort());
    }

    int connections() {
        return connections.size();
    }

    List<String> record() {
        return List.copyOf(record);
    }

    /** Ends all connections as a server does that ends in an orderly way. */
    void closeConnections() throws IOException {
        for (Socket connection : connections) {
            connection.close();
        }
    }

    /** Ends all connections as a server's machine does that knows nothing of them. */
    void resetConnections() throws IOException {
        for (Socket connection : connections) {
            connection.setSoLinger(true, 0);
            connection.close();
        }
    }

    void say(String line) throws IOException {
        for (Socket connection : new ArrayList<>(connections)) {
            connection.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        closeConnections();
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "scripted-server");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                connections.add(socket);
                int number = connections.size();
                start(() -> serve(socket, number));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void serve(Socket socket, int number) {
        try (socket) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                record.add(number + ":" + line);
                String answer = script.answer(number, line);
                switch (answer) {
                    case SILENCE -> {}
                    case CLOSE -> {
                        return;
                    }
                    case RESET -> {
                        socket.setSoLinger(true, 0);
                        return;
                    }
                    default -> socket.getOutputStream().write((answer + "\n").getBytes(StandardCharsets.UTF_8));
                }
            }
            record.add(number + ":EOF");
        } catch (IOException e) {
            record.add(number + ":EOF");
        }
    }
}
