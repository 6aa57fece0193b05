package io.claviger.dynamodb;

import io.claviger.dynamodb.ReturnedGrants.Cause;
import java.util.function.Consumer;

/**
 * What a client and the table have to say to each other about one name: one request at a time, and what its answer says of what was seen and
 * given back before. Used on the loop only.
 */
final class Exchange {
    private final DynamoBackend backend;
    private final String name;
    private final Watch watch;
    private final ReturnedGrants returned;
    private final Rhythm rhythm;
    private final Consumer<Outcome.Failed> onFailure;
    private final Runnable onEnd;
    private boolean busy;

    /** Requests are numbered, so that an answer is not taken for one to what came later. */
    private long operations;

    private long answeredOperation;

    /**
     * @param onFailure told of each request in vain
     * @param onEnd run when another one can be sent
     */
    Exchange(
            DynamoBackend backend,
            String name,
            Watch watch,
            ReturnedGrants returned,
            Rhythm rhythm,
            Consumer<Outcome.Failed> onFailure,
            Runnable onEnd) {
        this.backend = backend;
        this.name = name;
        this.watch = watch;
        this.returned = returned;
        this.rhythm = rhythm;
        this.onFailure = onFailure;
        this.onEnd = onEnd;
    }

    boolean isBusy() {
        return busy;
    }

    /** Returns the number of the newest request. */
    long operations() {
        return operations;
    }

    /** Whether a request was answered that was sent after that one. */
    boolean hasAnsweredSince(long operation) {
        return operation < answeredOperation;
    }

    View viewAfter(Outcome outcome) {
        return backend.layout()
                .view(outcome instanceof Outcome.Done done ? done.item() : ((Outcome.Refused) outcome).item());
    }

    /** Gives back what is to be given back, as much as one write can. */
    void giveBack() {
        if (returned.isUnseenIn(seen())) {
            read(this::giveUpIfHopeless);
            return;
        }
        Batch taken = new Batch();
        returned.addTo(taken);
        release(taken, outcome -> {
            if (outcome instanceof Outcome.Failed failed) {
                giveUpIfHopeless(failed);
            }
        });
    }

    /** Takes grants away. */
    void release(Batch taken, Consumer<Outcome> then) {
        returned.sent(taken);
        String version = backend.chance().version();
        Write write = backend.layout().release(name, seen(), taken.holdings(), version);
        send(write, backend.callNanos(backend.settings().leaseNanos()), (operation, outcome) -> {
            if (outcome instanceof Outcome.Failed failed) {
                failed(failed);
            } else {
                View found = viewAfter(outcome);
                see(found, operation, found.version().equals(version) ? Cause.WRITE : cause(outcome));
            }
            then.accept(outcome);
        });
    }

    private void giveUpIfHopeless(Outcome.Failed why) {
        if (why.kind() == Outcome.Kind.HOPELESS) {
            returned.giveUpAll();
        }
    }

    private View seen() {
        View view = watch.view();
        return view == null ? View.NOTHING : view;
    }

    /** Takes note of an answer, and of what has ended by it. */
    void see(View view, long operation, Cause cause) {
        watch.see(view, now());
        answeredOperation = Math.max(answeredOperation, operation);
        rhythm.answered(now());
        returned.settle(view, operation, cause, now());
    }

    static Cause cause(Outcome outcome) {
        if (outcome instanceof Outcome.Refused refused) {
            return refused.repeated() ? Cause.PERHAPS_COPY : Cause.NONE;
        }
        return Cause.WRITE;
    }

    void failed(Outcome.Failed why) {
        rhythm.failed(why.message(), now());
        onFailure.accept(why);
    }

    /** What is done with an answer. */
    interface Answer {
        void arrived(long operation, Outcome outcome);
    }

    void send(Write write, long timeoutNanos, Answer answer) {
        long operation = begin();
        backend.write(write, timeoutNanos, outcome -> finish(operation, outcome, answer));
    }

    /** Looks at the item. */
    void read(Consumer<Outcome.Failed> onFailure) {
        long operation = begin();
        Answer answer = (number, outcome) -> {
            if (outcome instanceof Outcome.Done done) {
                see(backend.layout().view(done.item()), number, Cause.NONE);
            } else if (outcome instanceof Outcome.Failed failed) {
                failed(failed);
                onFailure.accept(failed);
            }
        };
        long timeout = backend.callNanos(backend.settings().leaseNanos());
        backend.read(name, timeout, outcome -> finish(operation, outcome, answer));
    }

    private long begin() {
        rhythm.sending(now());
        busy = true;
        return ++operations;
    }

    private void finish(long operation, Outcome outcome, Answer answer) {
        try {
            answer.arrived(operation, outcome);
        } finally {
            busy = false;
            onEnd.run();
        }
    }

    private long now() {
        return backend.time().nanoTime();
    }
}
