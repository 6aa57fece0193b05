package io.claviger.dynamodb;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Writes conditions and changes as DynamoDB's expressions, with a placeholder for every name and value. Used once. */
final class Expressions {
    private final Map<String, String> names = new LinkedHashMap<>();
    private final Map<String, AttributeValue> values = new LinkedHashMap<>();

    /** Returns what the placeholders of names stand for. */
    Map<String, String> names() {
        Map<String, String> byPlaceholder = new HashMap<>();
        names.forEach((name, placeholder) -> byPlaceholder.put(placeholder, name));
        return byPlaceholder;
    }

    /** Returns what the placeholders of values stand for. */
    Map<String, AttributeValue> values() {
        return values;
    }

    String condition(Condition condition) {
        if (condition instanceof Condition.Absent absent) {
            return "attribute_not_exists(" + path(absent.path()) + ")";
        } else if (condition instanceof Condition.Present present) {
            return "attribute_exists(" + path(present.path()) + ")";
        } else if (condition instanceof Condition.Is is) {
            return path(is.path()) + " = " + value(is.value());
        } else if (condition instanceof Condition.IsNot isNot) {
            String path = path(isNot.path());
            return "attribute_exists(" + path + ") AND " + path + " <> " + value(isNot.value());
        } else if (condition instanceof Condition.Same same) {
            return path(same.path()) + " = " + path(same.other());
        } else if (condition instanceof Condition.Differ differ) {
            String path = path(differ.path());
            String other = path(differ.other());
            return "attribute_exists(" + path + ") AND attribute_exists(" + other + ") AND " + path + " <> " + other;
        } else if (condition instanceof Condition.Above above) {
            return path(above.path()) + " > " + value(BigDecimal.valueOf(above.number()));
        } else if (condition instanceof Condition.Below below) {
            return path(below.path()) + " < " + value(BigDecimal.valueOf(below.number()));
        } else if (condition instanceof Condition.In in) {
            return in.values().stream()
                    .map(this::value)
                    .collect(Collectors.joining(", ", path(in.path()) + " IN (", ")"));
        } else if (condition instanceof Condition.All all) {
            return joined(all.conditions(), " AND ");
        } else {
            return joined(((Condition.Any) condition).conditions(), " OR ");
        }
    }

    /** DynamoDB refuses parentheses around parentheses. */
    private String joined(List<Condition> conditions, String word) {
        if (conditions.size() == 1) {
            return condition(conditions.get(0));
        }
        return conditions.stream().map(this::condition).collect(Collectors.joining(")" + word + "(", "(", ")"));
    }

    String update(List<Change> changes) {
        List<String> set = new ArrayList<>();
        List<String> remove = new ArrayList<>();
        for (Change change : changes) {
            String path = path(change.path());
            if (change instanceof Change.Set given) {
                set.add(path + " = " + value(given.value()));
            } else if (change instanceof Change.CountUp count) {
                set.add(path + " = if_not_exists(" + path(count.from()) + ", "
                        + value(BigDecimal.valueOf(count.otherwise())) + ") + " + value(BigDecimal.ONE));
            } else {
                remove.add(path);
            }
        }
        String sets = set.isEmpty() ? "" : "SET " + String.join(", ", set);
        String removes = remove.isEmpty() ? "" : " REMOVE " + String.join(", ", remove);
        return (sets + removes).strip();
    }

    private String path(Path path) {
        return path.steps().stream()
                .map(step -> names.computeIfAbsent(step, name -> "#n" + names.size()))
                .collect(Collectors.joining("."));
    }

    private String value(Object value) {
        String placeholder = ":v" + values.size();
        values.put(placeholder, Attributes.of(value));
        return placeholder;
    }
}
