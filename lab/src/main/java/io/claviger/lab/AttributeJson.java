package io.claviger.lab;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Values of DynamoDB as they stand in its requests: {@code {"M": {"count": {"N": "1"}}}}. Sets are left out. */
final class AttributeJson {
    private AttributeJson() {}

    static AttributeValue read(JsonElement json) {
        Map.Entry<String, JsonElement> only =
                json.getAsJsonObject().entrySet().iterator().next();
        JsonElement value = only.getValue();
        return switch (only.getKey()) {
            case "S" -> AttributeValue.fromS(value.getAsString());
            case "N" -> AttributeValue.fromN(value.getAsString());
            case "B" ->
                AttributeValue.fromB(SdkBytes.fromByteArray(Base64.getDecoder().decode(value.getAsString())));
            case "BOOL" -> AttributeValue.fromBool(value.getAsBoolean());
            case "NULL" -> AttributeValue.fromNul(true);
            case "L" ->
                AttributeValue.fromL(value.getAsJsonArray().asList().stream()
                        .map(AttributeJson::read)
                        .toList());
            case "M" -> {
                Map<String, AttributeValue> members = new HashMap<>();
                value.getAsJsonObject().entrySet().forEach(each -> members.put(each.getKey(), read(each.getValue())));
                yield AttributeValue.fromM(members);
            }
            default -> throw new IllegalArgumentException("cannot read " + only.getKey());
        };
    }

    static JsonObject write(AttributeValue value) {
        JsonObject json = new JsonObject();
        switch (value.type()) {
            case S -> json.addProperty("S", value.s());
            case N -> json.addProperty("N", value.n());
            case B ->
                json.addProperty(
                        "B", Base64.getEncoder().encodeToString(value.b().asByteArray()));
            case BOOL -> json.addProperty("BOOL", value.bool());
            case NUL -> json.addProperty("NULL", true);
            case L -> {
                JsonArray list = new JsonArray();
                value.l().forEach(each -> list.add(write(each)));
                json.add("L", list);
            }
            case M -> {
                JsonObject members = new JsonObject();
                new TreeMap<>(value.m()).forEach((name, each) -> members.add(name, write(each)));
                json.add("M", members);
            }
            default -> throw new IllegalArgumentException("cannot write " + value.type());
        }
        return json;
    }
}
