package io.claviger.dynamodb;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.PointInTimeRecoverySpecification;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveDescription;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveSpecification;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;

/** Brings one table that can be used to the settings that are wanted. What fails is told, and the rest is done. */
final class TableSettings {
    private final TableService service;
    private final TableDescription table;
    private final String name;
    private final List<String> added = new ArrayList<>();
    private final List<String> shortcomings = new ArrayList<>();

    TableSettings(TableService service, TableDescription table) {
        this.service = service;
        this.table = table;
        this.name = table.tableName();
    }

    /** What was set, a few words each. */
    List<String> added() {
        return List.copyOf(added);
    }

    /** What could not be set, a line each. */
    List<String> shortcomings() {
        return List.copyOf(shortcomings);
    }

    /** @param sight the tags that it has */
    void tag(TableTags.Sight sight, Map<String, String> wanted) {
        if (sight.state() == TableEntry.Tags.DENIED) {
            // They may say that it is for another layout, which must not be written over.
            note(
                    "",
                    Optional.of("the tag " + TableTags.inWords(wanted) + " was not set on '" + name
                            + "', since the tags that it has may not be read (dynamodb:ListTagsOfResource)"));
            return;
        }
        Map<String, String> missing = new LinkedHashMap<>(wanted);
        missing.entrySet().removeIf(tag -> tag.getValue().equals(sight.tags().get(tag.getKey())));
        if (!missing.isEmpty()) {
            note(
                    "the tag " + TableTags.inWords(missing),
                    new TableTags(service).write(name, table.tableArn(), missing));
        }
    }

    /** Has the table delete items once the time in that attribute is over. */
    void timeToLive(String attribute) {
        TableService.Answer<TimeToLiveDescription> answer = service.ask(
                name,
                client -> client.describeTimeToLive(
                                request -> request.tableName(name).overrideConfiguration(service.limits()))
                        .thenApply(said -> said.timeToLiveDescription()));
        if (answer.value().isEmpty()) {
            note("", Optional.of(untilDeleted(attribute) + answer.failure().message()));
            return;
        }
        TimeToLiveDescription now = answer.value().get();
        boolean on = now.timeToLiveStatus() == TimeToLiveStatus.ENABLED
                || now.timeToLiveStatus() == TimeToLiveStatus.ENABLING;
        if (on && attribute.equals(now.attributeName())) {
            return;
        }
        if (on) {
            note("", Optional.of(untilDeleted(attribute) + "it deletes by the attribute " + now.attributeName()));
            return;
        }
        TimeToLiveSpecification wanted = TimeToLiveSpecification.builder()
                .enabled(true)
                .attributeName(attribute)
                .build();
        note(
                "time to live by " + attribute,
                failure(service.ask(
                                name,
                                client -> client.updateTimeToLive(request -> request.tableName(name)
                                        .timeToLiveSpecification(wanted)
                                        .overrideConfiguration(service.limits()))))
                        .map(why -> untilDeleted(attribute) + why));
    }

    private String untilDeleted(String attribute) {
        return "time to live by " + attribute + " could not be set on '" + name + "', so old items stay in it: ";
    }

    /** Has every change kept for a while. */
    void pointInTimeRecovery() {
        PointInTimeRecoverySpecification wanted = PointInTimeRecoverySpecification.builder()
                .pointInTimeRecoveryEnabled(true)
                .build();
        note(
                "point-in-time recovery",
                failure(service.ask(
                                name,
                                client -> client.updateContinuousBackups(request -> request.tableName(name)
                                        .pointInTimeRecoverySpecification(wanted)
                                        .overrideConfiguration(service.limits()))))
                        .map(why -> "point-in-time recovery could not be set on '" + name + "': " + why));
    }

    /** Has the table refuse to be deleted. */
    void deletionProtection() {
        if (!Boolean.TRUE.equals(table.deletionProtectionEnabled())) {
            note(
                    "deletion protection",
                    failure(service.ask(
                                    name,
                                    client -> client.updateTable(request -> request.tableName(name)
                                            .deletionProtectionEnabled(true)
                                            .overrideConfiguration(service.limits()))))
                            .map(why -> "deletion protection could not be set on '" + name + "': " + why));
        }
    }

    private static Optional<String> failure(TableService.Answer<?> answer) {
        return answer.value().isPresent()
                ? Optional.empty()
                : Optional.of(answer.failure().message());
    }

    private void note(String what, Optional<String> failure) {
        failure.ifPresentOrElse(shortcomings::add, () -> added.add(what));
    }
}
