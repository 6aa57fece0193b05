package io.claviger.client.ldlm;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Blocking for what completes elsewhere. */
final class Waiting {
    /** How long a thread that was interrupted still waits for what should be seen through. */
    private static final long INTERRUPTED_SECONDS = 2;

    private Waiting() {}

    /** Waits for a lock; an interrupt gives it up. */
    static <L extends LdlmLock> L interruptibly(CompletableFuture<L> asked) throws InterruptedException {
        try {
            return asked.get();
        } catch (InterruptedException interrupted) {
            if (!asked.cancel(true)) {
                asked.thenAccept(LdlmLock::abandon);
            }
            throw interrupted;
        } catch (ExecutionException failed) {
            throw thrown(failed);
        }
    }

    /** Waits for what was sent already; after an interrupt only for a little while, since the server may be gone for hours. */
    static <T> T seenThrough(CompletableFuture<T> sent) {
        try {
            return sent.get();
        } catch (InterruptedException interrupted) {
            return seenThroughInterrupted(sent);
        } catch (ExecutionException failed) {
            throw thrown(failed);
        }
    }

    private static <T> T seenThroughInterrupted(CompletableFuture<T> sent) {
        try {
            return sent.get(INTERRUPTED_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            throw thrown(failed);
        } catch (InterruptedException | TimeoutException impatient) {
            throw new LdlmUnavailableException(
                    LdlmUnavailableException.Outcome.PERHAPS_DONE,
                    "interrupted before the server answered; it goes on in the background");
        } finally {
            Thread.currentThread().interrupt();
        }
    }

    private static RuntimeException thrown(ExecutionException failed) {
        return LdlmLocks.unwrapped(failed.getCause() == null ? failed : failed.getCause());
    }
}
