package io.claviger.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.Lease;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Others who come and go all the time, or a table that does not say who does. */
class RivalsTest extends VirtualFixture {
    RivalsTest() {
        super(NativeLayout::new);
    }

    /** Before each write somebody else has come and gone. */
    private final class Bustle implements Table {
        private final ScriptedTable table = new ScriptedTable(space.items);
        private int number;

        @Override
        public CompletableFuture<Outcome> write(Write write, long timeoutNanos) {
            Item item = space.items.peek("x").orElseThrow();
            if (number < 10_000) {
                space.items.put("x", item.with(NativeLayout.VERSION, "rival-" + number++));
            }
            return table.write(write, timeoutNanos);
        }

        @Override
        public CompletableFuture<Outcome> read(String key, long timeoutNanos) {
            return table.read(key, timeoutNanos);
        }

        @Override
        public void close() {}
    }

    @Test
    void whoIsOvertakenAllTheTimeKeepsToTheBudget() {
        Lease other = a.semaphore("x", 5).tryAcquire().orElseThrow();
        Bustle bustle = new Bustle();
        try (io.claviger.LockClient busy = io.claviger.LockClient.over(space.backend("busy", bustle))) {
            CompletableFuture<Lease> waiting = busy.semaphore("x", 5).acquireAsync();
            passSeconds(10);
            assertThat(waiting).isNotDone();
            assertThat(bustle.table.requests()).isBetween(50, 130);
            bustle.number = 10_000;
            passSeconds(1);
            done(waiting).release();
        }
        assertThat(other.isValid()).isTrue();
    }
}
