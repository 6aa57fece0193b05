package io.claviger.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.KeyValueStore;
import io.claviger.LockClient;
import io.claviger.RejectedException;
import io.claviger.Value;
import io.claviger.engine.Limits;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** Records in process, as far as they differ from those elsewhere. */
@SuppressWarnings("MemberName")
class LocalKeyValuesTest {
    private static final String SPACE = "local:LocalKeyValuesTest";
    private static final Value LARGEST = Value.bytes(new byte[KeyValueStore.MAX_VALUE_BYTES]);

    @Test
    void K1_versionsOfASpaceThatIsOpenedAgainAreGreater() {
        long newest = 0;
        for (int round = 0; round < 3; round++) {
            try (LockClient client = LockClient.connect(SPACE)) {
                assertThat(client.keyValues().exists("x"))
                        .as("records end with their space")
                        .isFalse();
                for (int i = 0; i < 1_000; i++) {
                    long version =
                            client.keyValues().put("x", Value.text("" + i)).version();
                    assertThat(version).isGreaterThan(newest);
                    newest = version;
                }
            }
        }
    }

    @Test
    void recordsOfOneSpaceAreNotThoseOfAnother() {
        try (LockClient one = LockClient.connect(SPACE);
                LockClient same = LockClient.connect(SPACE);
                LockClient other = LockClient.connect(SPACE + "/other")) {
            one.keyValues().put("x", Value.text("1"));
            assertThat(same.keyValues().exists("x")).isTrue();
            assertThat(other.keyValues().entries("")).isEmpty();
        }
    }

    @Test
    void whatExceedsTheRoomForRecordsIsRefusedAndSaysWhatIsRight() {
        try (LockClient client = LockClient.connect(SPACE)) {
            KeyValueStore store = client.keyValues();
            long most = Limits.MAX_RECORD_BYTES / (KeyValueStore.MAX_VALUE_BYTES + Limits.RECORD_OVERHEAD_BYTES + 12L);
            for (int i = 0; i < most; i++) {
                store.put(String.format("%06d", i), LARGEST);
            }
            assertThatThrownBy(() -> store.put("beyond", LARGEST))
                    .isInstanceOf(RejectedException.class)
                    .hasMessageContaining("'beyond'")
                    .hasMessageContaining("" + Limits.MAX_RECORD_BYTES)
                    .hasMessageContaining("delete some");
            store.delete("000000");
            assertThat(store.put("beyond", LARGEST).version()).isPositive();
            assertThat(StreamSupport.stream(store.entries("").spliterator(), false))
                    .hasSize((int) most);
        }
    }
}
