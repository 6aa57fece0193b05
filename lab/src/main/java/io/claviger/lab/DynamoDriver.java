package io.claviger.lab;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Lets a suite drive our clients of DynamoDB tables by {@link DriverLines}: {@code open} makes one of kind {@code lynk} or {@code dynalock}, to
 * which the other requests go. Region, credentials and endpoint come from the environment.
 */
public final class DynamoDriver implements DriverLines.Program {
    private final Map<String, Driven> clients = new ConcurrentHashMap<>();

    private DynamoDriver() {}

    /** A client that is driven. */
    interface Driven {
        /** Does what a request says and returns the answer. <b>Blocks</b> until it is done. */
        JsonObject run(String what, Ask ask) throws InterruptedException, IOException;
    }

    /** Serves standard input until its end. */
    public static void main(String[] words) throws IOException {
        DriverLines.serve(new DynamoDriver());
    }

    @Override
    public JsonObject run(JsonObject request) throws InterruptedException, IOException {
        Ask ask = new Ask(request);
        String what = ask.text("do");
        if (what.equals("open")) {
            clients.put(ask.text("client"), open(ask));
            return new JsonObject();
        }
        Driven client = clients.get(ask.text("client"));
        if (client == null) {
            throw new IllegalArgumentException("no client " + ask.text("client"));
        }
        return client.run(what, ask);
    }

    private static Driven open(Ask ask) {
        return ask.text("kind").equals("lynk") ? DrivenLynk.open(ask) : DrivenDynalock.open(ask);
    }

    @Override
    public JsonObject describe(Exception failed) {
        JsonObject answer = new JsonObject();
        answer.addProperty("raised", failed.getClass().getSimpleName());
        answer.addProperty("message", String.valueOf(failed.getMessage()));
        return answer;
    }
}
