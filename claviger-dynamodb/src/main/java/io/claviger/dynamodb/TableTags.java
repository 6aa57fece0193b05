package io.claviger.dynamodb;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.dynamodb.model.ListTagsOfResourceResponse;
import software.amazon.awssdk.services.dynamodb.model.Tag;

/** The tags of tables. Whoever may not read or write them, or whose service has none, can use tables nevertheless. */
final class TableTags {
    private final TableService service;

    TableTags(TableService service) {
        this.service = service;
    }

    /** What is known of the tags of a table. */
    record Sight(Map<String, String> tags, TableEntry.Tags state) {
        /** Of a table that was made just now. */
        static final Sight NONE = new Sight(Map.of(), TableEntry.Tags.READ);
    }

    /**
     * Reads all the tags of a table.
     *
     * @throws io.claviger.UnavailableException if there was no usable answer
     */
    Sight read(String table, String arn) {
        Map<String, String> tags = new HashMap<>();
        Optional<String> from = Optional.empty();
        do {
            Optional<String> token = from;
            TableService.Answer<ListTagsOfResourceResponse> answer = service.ask(
                    table,
                    client -> client.listTagsOfResource(request -> request.resourceArn(arn)
                            .nextToken(token.orElse(null))
                            .overrideConfiguration(service.limits())));
            if (answer.value().isEmpty() && answer.failure().kind() == Outcome.Kind.HOPELESS) {
                return new Sight(Map.of(), answer.isDenied() ? TableEntry.Tags.DENIED : TableEntry.Tags.UNSUPPORTED);
            }
            answer.orThrow().tags().forEach(tag -> tags.put(tag.key(), tag.value()));
            from = Optional.ofNullable(answer.orThrow().nextToken()).filter(next -> !next.isEmpty());
        } while (from.isPresent());
        return new Sight(tags, TableEntry.Tags.READ);
    }

    /** Writes tags, beside those that there are. Returns why it failed; empty = they are written. */
    Optional<String> write(String table, String arn, Map<String, String> tags) {
        List<Tag> list = tags.entrySet().stream()
                .map(tag ->
                        Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
                .toList();
        TableService.Answer<?> answer = service.ask(
                table,
                client -> client.tagResource(
                        request -> request.resourceArn(arn).tags(list).overrideConfiguration(service.limits())));
        return answer.value().isPresent()
                ? Optional.empty()
                : Optional.of("the tag " + inWords(tags) + " could not be set on '" + table
                        + "', so listings do not show it: " + answer.failure().message());
    }

    static String inWords(Map<String, String> tags) {
        return tags.entrySet().stream()
                .map(tag -> tag.getKey() + "=" + tag.getValue())
                .sorted()
                .collect(Collectors.joining(", "));
    }
}
