package io.claviger.cli;

import io.claviger.testkit.DynamoEmulator;
import java.util.HashMap;
import java.util.Map;

/** How the programs under test get to the emulated DynamoDB: as an environment of theirs, or within this JVM. */
final class Emulated {
    static final String REGION = "eu-west-1";

    /** A busy machine needs long to load what AWS takes. */
    static final String PATIENT = "30s";

    private Emulated() {}

    /** What a process of its own needs. */
    static Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>(withoutAws());
        environment.put("AWS_ENDPOINT_URL_DYNAMODB", DynamoEmulator.endpoint().toString());
        environment.put("AWS_REGION", REGION);
        environment.put("AWS_ACCESS_KEY_ID", "test");
        environment.put("AWS_SECRET_ACCESS_KEY", "test");
        environment.put("CLAVIGER_CONNECT_TIMEOUT", PATIENT);
        return environment;
    }

    /** An environment in which nothing of AWS is set; empty counts as not set. */
    static Map<String, String> withoutAws() {
        Map<String, String> environment = new HashMap<>();
        System.getenv().keySet().stream()
                .filter(name -> name.startsWith("AWS_"))
                .forEach(name -> environment.put(name, ""));
        environment.put("AWS_EC2_METADATA_DISABLED", "true");
        environment.put("AWS_CONFIG_FILE", "/dev/null");
        environment.put("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
        return environment;
    }

    /** What a command within this JVM needs; credentials the SDK takes from this JVM's properties. */
    static Map<String, String> here() {
        System.setProperty("aws.accessKeyId", "test");
        System.setProperty("aws.secretAccessKey", "test");
        return Map.of("CLAVIGER_ENDPOINT_URL", DynamoEmulator.endpoint().toString(), "CLAVIGER_REGION", REGION);
    }

    /** The address of a table, for commands within this JVM. */
    static String url(String table) {
        return "dynamodb:" + table + "?region=" + REGION + "&endpoint=" + DynamoEmulator.endpoint();
    }
}
