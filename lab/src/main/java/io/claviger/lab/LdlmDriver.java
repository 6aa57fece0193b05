package io.claviger.lab;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Lets a suite in another language drive {@link io.claviger.client.ldlm.LdlmClient}: a request is a line of JSON on standard
 * input, an answer one on standard output, with the same {@code id}. Requests run at the same time. When the input ends, the
 * program returns, and whether the process ends then is up to the client.
 */
public final class LdlmDriver {
    private final Map<String, LdlmDrivenClient> clients = new ConcurrentHashMap<>();
    private final ExecutorService requests = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        return thread;
    });

    private LdlmDriver() {}

    /** Serves standard input until its end. */
    public static void main(String[] words) throws IOException {
        LdlmDriver driver = new LdlmDriver();
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            JsonObject ask = JsonParser.parseString(line).getAsJsonObject();
            if (ask.get("do").getAsString().equals("open")) {
                // Before the next line, which may be for this client.
                driver.answer(ask);
            } else {
                driver.requests.execute(() -> driver.answer(ask));
            }
        }
    }

    private void answer(JsonObject ask) {
        long id = ask.get("id").getAsLong();
        try {
            tell(id, run(ask));
        } catch (InterruptedException | RuntimeException failed) {
            tell(id, LdlmDrivenClient.describe(failed));
        }
    }

    private JsonObject run(JsonObject ask) throws InterruptedException {
        String what = ask.get("do").getAsString();
        String name = ask.get("client").getAsString();
        if (what.equals("open")) {
            clients.put(name, LdlmDrivenClient.open(ask));
            return new JsonObject();
        }
        LdlmDrivenClient client = clients.get(name);
        if (client == null) {
            throw new IllegalArgumentException("no client " + name);
        }
        return client.run(what, ask, entered -> tell(ask.get("id").getAsLong(), entered));
    }

    private static void tell(long id, JsonObject answer) {
        answer.addProperty("id", id);
        // In one call, so that answers of two threads do not mix.
        System.out.println(answer);
    }
}
