package io.claviger.server.http;

import io.claviger.protocol.ldlm.Error;
import io.claviger.protocol.ldlm.LockResponse;
import io.claviger.protocol.ldlm.UnlockResponse;

/** LDLM's answers as JSON: every scalar is there, the error only if there is one, its code by name. */
final class JsonText {
    private JsonText() {}

    static Answer of(LockResponse response) {
        StringBuilder json = new StringBuilder(128);
        json.append("{\"locked\":").append(response.getLocked()).append(", \"name\":");
        quote(response.getName(), json);
        json.append(", \"key\":");
        quote(response.getKey(), json);
        if (response.hasError()) {
            error(response.getError(), json);
        }
        json.append(", \"fencing_token\":").append(response.getFencingToken()).append('}');
        return new Answer(200, Answer.JSON, json.toString());
    }

    static Answer of(UnlockResponse response) {
        StringBuilder json = new StringBuilder(128);
        json.append("{\"unlocked\":").append(response.getUnlocked()).append(", \"name\":");
        quote(response.getName(), json);
        if (response.hasError()) {
            error(response.getError(), json);
        }
        return new Answer(200, Answer.JSON, json.append('}').toString());
    }

    static String quoted(String text) {
        StringBuilder json = new StringBuilder(text.length() + 2);
        quote(text, json);
        return json.toString();
    }

    private static void error(Error error, StringBuilder json) {
        json.append(", \"error\":{\"code\":\"").append(error.getCode().name()).append("\", \"message\":");
        quote(error.getMessage(), json);
        json.append('}');
    }

    private static void quote(String text, StringBuilder json) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        json.append('"');
    }
}
