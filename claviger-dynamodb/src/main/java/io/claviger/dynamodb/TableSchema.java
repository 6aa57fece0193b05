package io.claviger.dynamodb;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/**
 * What a table must be like for a layout: its key, the attribute by which it forgets old items, and the tags by which a table is known
 * to be ours. All parts of the key are texts.
 *
 * @param key the partition key, and behind it the sort key if there is one
 */
record TableSchema(List<String> key, String timeToLive, Map<String, String> tags) {
    /** The tag that all our tables have; its value is the layout. */
    static final String TAG = "claviger";

    /** The tag by which lynk's own tools know their tables. */
    static final String LYNK_TAG = "lynk";

    static final String LYNK_VALUE = "lock-table";

    static TableSchema of(DynamoLayout layout) {
        Map<String, String> tags = new LinkedHashMap<>();
        tags.put(TAG, word(layout));
        if (layout == DynamoLayout.LYNK) {
            tags.put(LYNK_TAG, LYNK_VALUE);
        }
        return switch (layout) {
            case NATIVE, LYNK -> new TableSchema(List.of(Table.KEY), NativeLayout.EXPIRES, tags);
            case DYNALOCK -> new TableSchema(List.of("id", "name"), "expires", tags);
        };
    }

    /** Returns the layout as commands, addresses and tags spell it. */
    static String word(DynamoLayout layout) {
        return layout.name().toLowerCase(Locale.ROOT);
    }

    /** Reads the layout from the tags of a table; empty = they are not ours. */
    static Optional<DynamoLayout> layout(Map<String, String> tags) {
        for (DynamoLayout layout : DynamoLayout.values()) {
            if (word(layout).equals(tags.get(TAG))) {
                return Optional.of(layout);
            }
        }
        return LYNK_VALUE.equals(tags.get(LYNK_TAG)) ? Optional.of(DynamoLayout.LYNK) : Optional.empty();
    }

    List<KeySchemaElement> keyElements() {
        return key.stream()
                .map(name -> KeySchemaElement.builder()
                        .attributeName(name)
                        .keyType(name.equals(key.get(0)) ? KeyType.HASH : KeyType.RANGE)
                        .build())
                .toList();
    }

    List<AttributeDefinition> attributes() {
        return key.stream()
                .map(name -> AttributeDefinition.builder()
                        .attributeName(name)
                        .attributeType(ScalarAttributeType.S)
                        .build())
                .toList();
    }

    /** Returns the key in the words of {@link #key(TableDescription)}. */
    String keyInWords() {
        return key(TableDescription.builder()
                .keySchema(keyElements())
                .attributeDefinitions(attributes())
                .build());
    }

    /** Returns the key of any table in words, such as {@code id (S), name (sort key, S)}. */
    static String key(TableDescription table) {
        return table.keySchema().stream()
                .map(element -> element.attributeName() + " ("
                        + (element.keyType() == KeyType.RANGE ? "sort key, " : "")
                        + type(table, element.attributeName())
                        + ")")
                .collect(Collectors.joining(", "));
    }

    private static String type(TableDescription table, String attribute) {
        return table.attributeDefinitions().stream()
                .filter(definition -> definition.attributeName().equals(attribute))
                .map(definition -> String.valueOf(definition.attributeTypeAsString()))
                .collect(Collectors.joining());
    }
}
