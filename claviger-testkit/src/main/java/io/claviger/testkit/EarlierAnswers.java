package io.claviger.testkit;

import io.claviger.json.Json;
import io.claviger.testkit.WireMessage.Answer;
import io.claviger.testkit.WireMessage.Request;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What reads were answered, so that later ones can be given what was true then. Bounded in every direction. */
final class EarlierAnswers {
    static final int MAX_READS = 500;
    static final int MAX_ANSWERS = 4;
    static final int MAX_BYTES = 16 << 10;

    private static final String CONSISTENT = "ConsistentRead";
    private static final int DONE = 200;

    /** The reads that were made longest ago come first. */
    private final Map<String, Deque<Answer>> byRead = new LinkedHashMap<>();

    /** Keeps a true answer, if it is one to a read. */
    void remember(Request request, Answer answer) {
        if (!DynamoFault.READS.contains(request.operation())
                || answer.status() != DONE
                || answer.body().length() > MAX_BYTES) {
            return;
        }
        read(request).map(EarlierAnswers::key).ifPresent(key -> keep(request.operation() + key, answer));
    }

    private void keep(String key, Answer answer) {
        Deque<Answer> answers = byRead.remove(key);
        if (answers == null) {
            answers = new ArrayDeque<>();
        }
        byRead.put(key, answers);
        if (answers.isEmpty() || !answers.getLast().body().equals(answer.body())) {
            answers.add(answer);
        }
        if (answers.size() > MAX_ANSWERS) {
            answers.remove();
        }
        if (byRead.size() > MAX_READS) {
            byRead.remove(byRead.keySet().iterator().next());
        }
    }

    /** Returns the oldest answer to such a read that is true no more; empty also if the read is consistent. */
    Optional<Answer> stale(Request request, Answer now) {
        return read(request)
                .filter(members -> !isConsistent(members))
                .map(members -> byRead.get(request.operation() + key(members)))
                .flatMap(answers -> answers.stream()
                        .filter(answer -> !answer.body().equals(now.body()))
                        .findFirst());
    }

    private static Optional<Json.Members> read(Request request) {
        try {
            return Json.parse(request.text()) instanceof Json.Members members ? Optional.of(members) : Optional.empty();
        } catch (IllegalArgumentException unreadable) {
            return Optional.empty();
        }
    }

    private static boolean isConsistent(Json.Members members) {
        return new Json.Truth(true).equals(members.byName().get(CONSISTENT));
    }

    /** What is read, however consistently. */
    private static String key(Json.Members members) {
        Map<String, Json> others = new LinkedHashMap<>(members.byName());
        others.remove(CONSISTENT);
        return new Json.Members(others).write();
    }
}
