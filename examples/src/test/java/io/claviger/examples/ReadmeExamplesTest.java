package io.claviger.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.LockClient;
import java.util.ArrayList;
import java.util.List;
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
}
