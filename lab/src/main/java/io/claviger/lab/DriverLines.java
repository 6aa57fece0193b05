package io.claviger.lab;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * How a suite in another language drives a client of ours: a request is a line of JSON on standard input, an answer one on standard
 * output, with the same {@code id}. Requests run at the same time; only an {@code open} is done before the next line, which may be
 * for what it opens. When the input ends, the program returns, and whether the process ends then is up to the client.
 */
final class DriverLines {
    private final Program program;
    private final ExecutorService requests = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        return thread;
    });

    private DriverLines(Program program) {
        this.program = program;
    }

    /** What is driven. */
    interface Program {
        /** Does what a request says. <b>Blocks</b> until it is done. */
        JsonObject run(JsonObject ask) throws InterruptedException, IOException;

        /** Returns what a failure looks like to the suite. */
        JsonObject describe(Exception failed);
    }

    /** Serves standard input until its end. */
    static void serve(Program program) throws IOException {
        DriverLines driver = new DriverLines(program);
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            JsonObject ask = JsonParser.parseString(line).getAsJsonObject();
            if (ask.get("do").getAsString().equals("open")) {
                driver.answer(ask);
            } else {
                driver.requests.execute(() -> driver.answer(ask));
            }
        }
    }

    private void answer(JsonObject ask) {
        JsonObject answer;
        try {
            answer = program.run(ask);
        } catch (InterruptedException | IOException | RuntimeException failed) {
            answer = program.describe(failed);
        }
        tell(ask, answer);
    }

    /** Answers a request; one may have several answers. */
    static void tell(JsonObject ask, JsonObject answer) {
        answer.add("id", ask.get("id"));
        // In one call, so that answers of two threads do not mix.
        System.out.println(answer);
    }
}
