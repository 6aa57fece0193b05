package io.claviger.dynamodb;

import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

/** A client of the SDK that answers as it was told, for what no emulator does. The last answer to an operation is repeated. */
final class ScriptedDynamo {
    private final Map<String, Deque<Object>> answers = new HashMap<>();
    private final List<String> asked = new ArrayList<>();

    /** @param answer a response, or the exception to fail with */
    ScriptedDynamo answer(String operation, Object answer) {
        answers.computeIfAbsent(operation, none -> new ArrayDeque<>()).add(answer);
        return this;
    }

    /** Makes a failure as the service tells it. */
    static Object failure(String code, String message) {
        AwsErrorDetails details =
                AwsErrorDetails.builder().errorCode(code).errorMessage(message).build();
        return switch (code) {
            case "ResourceNotFoundException" ->
                ResourceNotFoundException.builder()
                        .awsErrorDetails(details)
                        .statusCode(400)
                        .build();
            case "ResourceInUseException" ->
                ResourceInUseException.builder()
                        .awsErrorDetails(details)
                        .statusCode(400)
                        .build();
            default ->
                DynamoDbException.builder()
                        .awsErrorDetails(details)
                        .statusCode(400)
                        .build();
        };
    }

    /** The operations that were asked for, in order. */
    List<String> asked() {
        return asked;
    }

    DynamoDbAsyncClient client() {
        return (DynamoDbAsyncClient) Proxy.newProxyInstance(
                DynamoDbAsyncClient.class.getClassLoader(),
                new Class<?>[] {DynamoDbAsyncClient.class},
                (proxy, method, arguments) -> {
                    checkRequest(method.getName(), arguments[0]);
                    asked.add(method.getName());
                    Deque<Object> left = answers.getOrDefault(method.getName(), new ArrayDeque<>());
                    Object next = left.size() > 1 ? left.poll() : left.peek();
                    if (next == null) {
                        throw new AssertionError("no answer to " + method.getName());
                    }
                    return next instanceof Throwable failure
                            ? CompletableFuture.failedFuture(failure)
                            : CompletableFuture.completedFuture(next);
                });
    }

    private static void checkRequest(String operation, Object request) {
        if (!(request instanceof Consumer<?>)) {
            throw new AssertionError(operation + " is not asked for by a builder");
        }
    }
}
