package io.claviger.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.LeaderElection;
import io.claviger.LockClient;
import io.claviger.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ReadmeExamplesTest {
    private final List<Long> tokens = new ArrayList<>();
    private final ReadmeExamples examples =
            new ReadmeExamples((data, token) -> tokens.add(token), () -> tokens.add(-1L), "data");

    @Test
    void eachExampleDoesWhatItSays() throws InterruptedException {
        try (LockClient client = LockClient.connect("local:examples");
                LockClient other = LockClient.connect("local:examples")) {
            examples.manyKinds(client);
            examples.handOver(client, other);
            assertThat(client.lock("pipeline").tryAcquire()).isPresent();
        }
        assertThat(tokens).hasSize(3).isSorted().doesNotHaveDuplicates().allMatch(token -> token > 0);
    }

    @Test
    void recordsAreWrittenAndReadBack() throws InterruptedException {
        try (LockClient client = LockClient.connect("local:examples")) {
            KeyValueExamples.settings(client);
            assertThat(client.keyValues().get("config/mode").orElseThrow().value())
                    .isEqualTo(Value.text("quiet"));
            assertThat(KeyValueExamples.records(client.keyValues())).isEqualTo(3);
        }
    }

    @Test
    void theLeaderLeadsUntilItIsStopped() throws InterruptedException {
        AtomicBoolean stopped = new AtomicBoolean();
        try (LockClient client = LockClient.connect("local:examples")) {
            LeaderElection election = LeaderElection.of(client, "scheduler", "observer");
            ReadmeExamples leader = new ReadmeExamples(
                    (data, token) -> {
                        assertThat(election.leader().orElseThrow().candidate()).isEqualTo("A");
                        tokens.add(token);
                        stopped.set(tokens.size() == 3);
                    },
                    () -> tokens.add(-1L),
                    "data");
            leader.lead(client, "A", stopped);
            assertThat(election.leader()).isEmpty();
        }
        assertThat(tokens).hasSize(3).allMatch(token -> token > 0);
        assertThat(tokens.stream().distinct()).hasSize(1);
    }
}
