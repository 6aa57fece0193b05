package io.claviger;

import io.claviger.LockOptions.Renewal;
import io.claviger.engine.Limits;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An election as one candidate sees it: whoever holds the name leads. Candidates are elected in the order in which they began to
 * campaign, where the backend has {@link Capability#FIFO_QUEUE}; each leader has a greater token than those before.
 *
 * <p>Thread-safe; it holds nothing itself. Any number of campaigns may go on in one process, also for one candidate. Who only
 * wants to know the leader asks for it, or observes. Example, the loop of a service of which one instance works:
 *
 * <pre>{@code
 * LeaderElection election = LeaderElection.of(client, "scheduler", candidate);
 * while (!stopped.get()) {
 *     try (Leadership leadership = election.campaign()) {
 *         leadership.onLost(reason -> worker.cancel());
 *         while (leadership.isLeader() && !stopped.get()) {
 *             storage.write(data, leadership.token().value());
 *         }
 *     }
 * }
 * }</pre>
 *
 * <p><b>The candidate's name</b> travels as the actor of the request ({@link LockOptions#withActor}), with a number behind it that
 * is new for each campaign. So no campaign ever fails with a {@link DeadlockException}: to stand by for one office while leading
 * another is no deadlock, nor is to campaign again while a former session of the same candidate has not ended yet.
 */
public final class LeaderElection {
    /** Characters of a candidate's name. */
    public static final int MAX_CANDIDATE_LENGTH = 1_000;

    /** What {@link #office} makes of a candidate. */
    private static final Pattern CANDIDATE = Pattern.compile("(.*) #[0-9a-f]{16}", Pattern.DOTALL);

    private final LockClient client;
    private final String name;
    private final String candidate;
    private final ElectionOptions options;

    private LeaderElection(LockClient client, String name, String candidate, ElectionOptions options) {
        this.client = client;
        this.name = name;
        this.candidate = candidate;
        this.options = options;
    }

    /** Returns an election with default options; see {@link #of(LockClient, String, String, ElectionOptions)}. */
    public static LeaderElection of(LockClient client, String name, String candidate) {
        return of(client, name, candidate, ElectionOptions.DEFAULT);
    }

    /**
     * Returns an election.
     *
     * @param client through which to campaign and to look; closing it ends what is led and what is observed through it
     * @param name what the leader holds, as for {@link LockClient#lock}
     * @param candidate how others shall know this candidate, such as host and process: 1 to 1,000 characters of well-formed
     *     Unicode. It need not be unique
     * @throws IllegalArgumentException if the name or the candidate is not allowed
     */
    public static LeaderElection of(LockClient client, String name, String candidate, ElectionOptions options) {
        if (candidate.isEmpty() || !Limits.isWellFormed(candidate, MAX_CANDIDATE_LENGTH)) {
            throw new IllegalArgumentException("a candidate has 1 to " + MAX_CANDIDATE_LENGTH
                    + " characters of well-formed Unicode, but this one has " + candidate.length());
        }
        LeaderElection election = new LeaderElection(client, name, candidate, options);
        // What is wrong with the name is said now, and not by the first campaign.
        election.office();
        return election;
    }

    /** Returns what the leader holds. */
    public String name() {
        return name;
    }

    /** Returns the candidate. */
    public String candidate() {
        return candidate;
    }

    /**
     * Campaigns until elected.
     *
     * <p><b>Blocks</b> until then. <b>Cancelling.</b> An interrupt withdraws; an election that crosses it is resigned (SPEC S9).
     *
     * @throws InterruptedException if the thread is interrupted: not elected
     * @throws RejectedException if it can never be elected, for example since the name is in use as a semaphore: not done
     */
    public Leadership campaign() throws InterruptedException {
        return new Leadership(office().acquire());
    }

    /**
     * Campaigns, but no longer than a limit.
     *
     * <p><b>Blocks</b> until elected or until the limit has passed; then nothing is left behind. Zero asks once.
     *
     * @param wait the limit, not negative
     * @throws InterruptedException if the thread is interrupted: not elected
     * @throws RejectedException as {@link #campaign()}
     */
    public Optional<Leadership> campaign(Duration wait) throws InterruptedException {
        return office().acquire(wait).map(Leadership::new);
    }

    /**
     * Campaigns without blocking.
     *
     * <p><b>Cancelling</b> the future withdraws; an election that crosses it is resigned. The future fails with what
     * {@link #campaign()} throws. Dependent stages run on the client's executor.
     */
    public CompletableFuture<Leadership> campaignAsync() {
        CompletableFuture<Lease> asked = office().acquireAsync();
        CompletableFuture<Leadership> elected = new CompletableFuture<>();
        asked.whenComplete((lease, failure) -> {
            if (failure != null) {
                elected.completeExceptionally(failure);
            } else if (!elected.complete(new Leadership(lease))) {
                lease.close();
            }
        });
        elected.whenComplete((leadership, failure) -> {
            if (failure != null) {
                asked.cancel(true);
            }
        });
        return elected;
    }

    /**
     * Asks who leads now. The answer may be out of date when it comes: to act on it is safe only with the token.
     *
     * <p><b>Blocks</b> until the answer is there.
     *
     * @return empty if nobody leads
     * @throws RejectedException if the client is closed
     * @throws UnavailableException if no server could be reached
     */
    public Optional<Leader> leader() {
        return leader(client.holders(name));
    }

    /**
     * Has a listener told who leads: now, and whenever a look finds another leader than the one before. It is told each leader
     * once, in order, by one thread at a time on the client's executor, and empty when nobody leads.
     *
     * <p><b>What it may miss.</b> It looks at the present only: leaders that come and go between two looks are not told, nor that
     * nobody led for a moment. A change is told at most {@link ElectionOptions#observeEvery}, a round trip and the time of the
     * listener's former call later. The next wait begins when the listener has returned, so one that never does is told nothing more.
     *
     * <p><b>Failures.</b> While no answer can be had it tells nothing, and goes on looking. What a listener throws goes to its
     * thread's handler of uncaught exceptions, and it is told the next change all the same.
     *
     * @return what ends it; closing the client does so too
     */
    public LeaderObservation observe(Consumer<Optional<Leader>> listener) {
        Function<List<Holder>, Optional<Leader>> view = LeaderElection::leader;
        return LeaderObservation.begin(client.backend(), name, options.observeEvery(), view, listener);
    }

    private DistributedLock office() {
        // 64 bits behind the candidate, so that no two campaigns are one actor.
        String actor = String.format(
                Locale.ROOT, "%s #%016x", candidate, ThreadLocalRandom.current().nextLong());
        return client.lock(name, new LockOptions(options.lease(), Renewal.AUTOMATIC, Optional.of(actor)));
    }

    private static Optional<Leader> leader(List<Holder> holders) {
        return holders.stream().findFirst().map(holder -> new Leader(named(holder), holder.token()));
    }

    private static String named(Holder holder) {
        String actor = holder.actor().orElse(holder.label());
        Matcher numbered = CANDIDATE.matcher(actor);
        return numbered.matches() ? numbered.group(1) : actor;
    }
}
