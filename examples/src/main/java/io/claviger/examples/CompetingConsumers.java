package io.claviger.examples;

import io.claviger.ClavigerException;
import io.claviger.DistributedLock;
import io.claviger.KeyValueStore;
import io.claviger.Lease;
import io.claviger.LeaseLostException;
import io.claviger.LockClient;
import io.claviger.LockOptions;
import io.claviger.NotHoldingException;
import io.claviger.PutOptions;
import io.claviger.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Consumers that compete for four agents: dynalock's example, with what it lacks. Whoever holds an agent's lock works for it and then says so in
 * its record. Run several at once to see them compete:
 *
 * <pre>
 * export REGISTER_TABLE_NAME=agents       # made by: claviger table create agents --layout dynalock
 * examples/run competing-consumers 3      # three rounds for each agent; without a number until Ctrl-C
 * </pre>
 *
 * <p>Region, credentials and endpoint come from the environment of AWS.
 */
public final class CompetingConsumers {
    /** How long the work for an agent takes. */
    interface Work {
        void perform(String agent) throws InterruptedException;
    }

    static final List<String> AGENTS = List.of("orchestra/w1", "orchestra/w2", "orchestra/w3", "orchestra/w4");

    private static final LockOptions LEASE = LockOptions.lease(Duration.ofSeconds(30));

    /** What is said of an agent is forgotten after a while. */
    private static final PutOptions FOR_A_WHILE = PutOptions.timeToLive(Duration.ofMinutes(5));

    private final LockClient client;
    private final Work work;

    CompetingConsumers(LockClient client, Work work) {
        this.client = client;
        this.work = work;
    }

    /** Competes for so many rounds. The exit status is 1 if the table cannot be used, and 2 for wrong usage. */
    public static void main(String[] args) throws InterruptedException {
        String table = System.getenv("REGISTER_TABLE_NAME");
        if (table == null || args.length > 1 || (args.length == 1 && !args[0].matches("[1-9][0-9]{0,8}"))) {
            System.err.println("usage: REGISTER_TABLE_NAME=TABLE examples/run competing-consumers [ROUNDS]");
            System.exit(2);
        }
        int rounds = args.length == 1 ? Integer.parseInt(args[0]) : Integer.MAX_VALUE;
        try (LockClient client = LockClient.connect("dynamodb:" + table + "?layout=dynalock&partition=Agent")) {
            // At Ctrl-C all locks are given back, so that nobody has to wait for the end of their leases.
            Runtime.getRuntime().addShutdownHook(new Thread(client::close));
            new CompetingConsumers(
                            client,
                            agent -> Thread.sleep(ThreadLocalRandom.current().nextLong(1_000, 5_000)))
                    .compete(rounds);
        } catch (ClavigerException | IllegalArgumentException failed) {
            System.err.println("competing-consumers: " + failed.getMessage());
            System.exit(1);
        }
    }

    /** Competes for all agents at once, each in a thread of its own. */
    void compete(int rounds) throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(AGENTS.size());
        try {
            List<Future<?>> all = new ArrayList<>();
            for (String agent : AGENTS) {
                all.add(threads.submit(() -> {
                    compete(agent, rounds);
                    return agent;
                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof RuntimeException known ? known : new IllegalStateException(failed);
        } finally {
            threads.shutdownNow();
        }
    }

    private void compete(String agent, int rounds) throws InterruptedException {
        DistributedLock lock = client.lock("lock/" + agent, LEASE);
        for (int round = 0; round < rounds; round++) {
            try {
                // If the lock is lost, this thread is interrupted before anybody else can be granted it.
                client.runLocked(lock, lease -> serve(agent, lease));
            } catch (LeaseLostException | NotHoldingException lost) {
                say(agent, "lost: " + lost.getMessage());
            }
        }
    }

    private void serve(String agent, Lease lease) throws InterruptedException {
        long token = lease.token().value();
        say(agent, "locked with token " + token);
        lease.onLost(reason -> say(agent, "the lock is lost: " + reason));
        work.perform(agent);
        KeyValueStore agents = client.keyValues();
        // Done only if the lock is still held at that very moment.
        agents.ifHolding(lease).put(agent, Value.text("served with token " + token), FOR_A_WHILE);
        say(agent, "served");
    }

    private static void say(String agent, String message) {
        System.out.println(agent + ": " + message);
    }
}
