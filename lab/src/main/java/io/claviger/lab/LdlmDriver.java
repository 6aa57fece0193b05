package io.claviger.lab;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Lets a suite drive {@link io.claviger.client.ldlm.LdlmClient} by {@link DriverLines}. */
public final class LdlmDriver implements DriverLines.Program {
    private final Map<String, LdlmDrivenClient> clients = new ConcurrentHashMap<>();

    private LdlmDriver() {}

    /** Serves standard input until its end. */
    public static void main(String[] words) throws IOException {
        DriverLines.serve(new LdlmDriver());
    }

    @Override
    public JsonObject run(JsonObject ask) throws InterruptedException {
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
        return client.run(what, ask, entered -> DriverLines.tell(ask, entered));
    }

    @Override
    public JsonObject describe(Exception failed) {
        return LdlmDrivenClient.describe(failed);
    }
}
