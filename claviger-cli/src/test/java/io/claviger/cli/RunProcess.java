package io.claviger.cli;

import io.claviger.LockClient;
import io.claviger.LossReason;
import io.claviger.cli.process.Signals;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A program that is {@code claviger} but for its locks, which are {@link FakeLocks}. They are valid for as long as the
 * system property {@code validity} says, and are revoked once the file {@code revoke} is there.
 */
final class RunProcess {
    private RunProcess() {}

    public static void main(String[] args) {
        Duration validity =
                Durations.parse(System.getProperty("validity", "1h")).orElseThrow();
        FakeLocks locks = new FakeLocks(validity);
        Thread revoker = new Thread(() -> revokeOnce(locks, Path.of(System.getProperty("revoke", "/none"))));
        revoker.setDaemon(true);
        revoker.start();
        Connection.Opener opener = connection -> LockClient.over(locks);
        System.exit(ClavigerCommand.commandLine(
                        new Surroundings(System.getenv(), opener, Signals::handle, System.in, System.out))
                .execute(args));
    }

    private static void revokeOnce(FakeLocks locks, Path file) {
        try {
            while (!Files.exists(file)) {
                Thread.sleep(10);
            }
        } catch (InterruptedException e) {
            return;
        }
        locks.lose(LossReason.REVOKED);
    }
}
