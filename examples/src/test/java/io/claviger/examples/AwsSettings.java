package io.claviger.examples;

import io.claviger.testkit.DynamoEmulator;
import java.util.HashMap;
import java.util.Map;

/** What the environment of AWS says, while it is open: the emulator, and nothing of this machine's. */
final class AwsSettings implements AutoCloseable {
    private final Map<String, String> before = new HashMap<>();
    private final Map<String, String> settings;

    /** Sets them. Where there is no emulator, the test is skipped. */
    AwsSettings() {
        settings = Map.of(
                "aws.endpointUrlDynamoDb", DynamoEmulator.endpoint().toString(),
                "aws.region", "eu-west-1",
                "aws.accessKeyId", "test",
                "aws.secretAccessKey", "test",
                "aws.disableEc2Metadata", "true",
                "aws.sharedCredentialsFile", "/nonexistent",
                "aws.configFile", "/nonexistent");
        settings.forEach((name, value) -> {
            String old = System.setProperty(name, value);
            if (old != null) {
                before.put(name, old);
            }
        });
    }

    @Override
    public void close() {
        settings.keySet().forEach(System::clearProperty);
        before.forEach(System::setProperty);
    }
}
