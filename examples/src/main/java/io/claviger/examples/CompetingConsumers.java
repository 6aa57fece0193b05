package io.claviger.examples;

import io.claviger.ClavigerException;
import io.claviger.DistributedLock;
import io.claviger.Lease;
import io.claviger.LeaseLostException;
import io.claviger.LockClient;
import io.claviger.LockOptions;
import io.claviger.NotHoldingException;
import io.claviger.PutOptions;
import io.claviger.RejectedException;
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

    /** For so long a consumer that crashed keeps the others waiting. */
    static final Duration LEASE = Duration.ofSeconds(30);

    /** What is said of an agent is forgotten after a while. */
    private static final PutOptions FOR_A_WHILE = PutOptions.timeToLive(Duration.ofMinutes(5));

    private final LockClient client;
    private final LockOptions lease;
    private final Work work;
    private volatile boolean stopped;

    CompetingConsumers(LockClient client, Duration lease, Work work) {
        this.client = client;
        this.lease = LockOptions.lease(lease);
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
            CompetingConsumers consumers = new CompetingConsumers(
                    client,
                    LEASE,
                    agent -> Thread.sleep(ThreadLocalRandom.current().nextLong(1_000, 5_000)));
            Runtime.getRuntime().addShutdownHook(new Thread(consumers::stop));
            consumers.compete(rounds);
        } catch (ClavigerException | IllegalArgumentException failed) {
            System.err.println("competing-consumers: " + failed.getMessage());
            System.exit(1);
        }
    }

    /** Gives all locks back, so that nobody has to wait for the end of their leases. */
    void stop() {
        stopped = true;
        client.close();
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
        DistributedLock lock = client.lock("lock/" + agent, lease);
        for (int round = 0; round < rounds && !stopped; round++) {
            try {
                client.runLocked(lock, held -> serve(agent, held));
            } catch (LeaseLostException | NotHoldingException lost) {
                say(agent, "given up: " + lost.getMessage());
            } catch (RejectedException closed) {
                if (!stopped) {
                    throw closed;
                }
            }
        }
    }

    private void serve(String agent, Lease held) throws InterruptedException {
        long token = held.token().value();
        say(agent, "locked with token " + token);
        held.onLost(reason -> say(agent, "the lock is lost: " + reason));
        try {
            work.perform(agent);
        } catch (InterruptedException interrupted) {
            held.checkpoint(); // If the lock was lost, that is why: it interrupts before anybody else can be
            // granted the lock.
            throw interrupted;
        }
        // Done only if the lock is still held at that very moment.
        client.keyValues().ifHolding(held).put(agent, Value.text("served with token " + token), FOR_A_WHILE);
        say(agent, "served with token " + token);
    }

    private static void say(String agent, String message) {
        System.out.println(agent + ": " + message);
    }
}
