package io.claviger.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.Lease;
import io.claviger.LockClient;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The line about locks that were not granted, whose command has no other. */
class NotGrantedTest {
    private static final String FOLLOWED =
            "On a table, who crashed is followed only by somebody who has waited for longer than its lease (default 20s)";

    private static Wanted wanted(String wait, String... names) {
        CommandLine line = ClavigerCommand.commandLine(
                new Surroundings(Map.of(), new ClientOpener(), handler -> {}, System.in, System.out));
        CommandLine.ParseResult run = line.parseArgs("run", wait).subcommand();
        return Wanted.of(List.of(names), OptionSources.of(run, Map.of()));
    }

    @Test
    void holdersThatCannotBeToldAreLeftOut() {
        try (LockClient client = LockClient.over(new FakeLocks())) {
            assertThat(NotGranted.onTable(wanted("--no-wait", "n"), client))
                    .isEqualTo("'n' is held; not granted. " + FOLLOWED + ", such as with --wait 30s");
            assertThat(NotGranted.onTable(wanted("--wait=5s", "n"), client))
                    .isEqualTo("'n' was not granted within 5s. " + FOLLOWED + ", such as with --wait 30s");
        }
    }

    @Test
    void aLongWaitIsNotToldToWaitAsLong() {
        try (LockClient client = LockClient.over(new FakeLocks())) {
            assertThat(NotGranted.onTable(wanted("--wait=1m", "n", "m"), client))
                    .isEqualTo("'n', 'm' were not granted within 1m. " + FOLLOWED);
        }
    }

    @Test
    void theOldestOfManyHoldersIsNamed() throws Exception {
        try (LockClient client = LockClient.connect("local:" + UUID.randomUUID());
                Lease one = client.readWriteLock("n").readLock().acquire();
                Lease two = client.readWriteLock("n").readLock().acquire()) {
            assertThat(one.isValid() && two.isValid()).isTrue();
            assertThat(NotGranted.onTable(wanted("--no-wait", "n"), client))
                    .startsWith("'n' is held by ")
                    .contains(" and 1 more; not granted. ");
        }
    }

    @Test
    void whatIsSaidOfAServerIsShort() {
        assertThat(NotGranted.onServer(wanted("--no-wait", "n"))).isEqualTo("'n' is held; not granted");
        assertThat(NotGranted.onServer(wanted("--wait=5s", "n", "m"))).isEqualTo("'n', 'm' were not granted within 5s");
    }
}
