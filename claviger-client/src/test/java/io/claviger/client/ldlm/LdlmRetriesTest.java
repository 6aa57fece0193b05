package io.claviger.client.ldlm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is repeated, how often, and what is told in the end. */
class LdlmRetriesTest extends ScriptedFixture {
    private static final Status REFUSED = Status.UNAVAILABLE.withCause(new ConnectException());

    @Test
    void threeFailuresAndASuccessAreFourCalls() {
        server.thenFail(REFUSED, 3);
        CompletableFuture<LdlmLock> lock = client.lockAsync("x");
        pass(14);
        assertThat(lock).isNotDone();
        pass(1);
        assertThat(lock).isCompleted();
        assertThat(server.calls()).hasSize(4);
        assertThat(logged())
                .hasSize(3)
                .last()
                .isEqualTo(
                        "WARNING could not lock 'x': localhost:3144 refuses connections; is a server running there?; "
                                + "retry 3 in PT5S");
    }

    @Test
    void aPasswordInPlainTextIsWarnedAbout_beyondThisMachine() {
        for (String address : List.of("localhost", "127.0.0.1:1", "[::1]:1")) {
            LdlmClient.warnOfOpenPassword(
                    LdlmClient.builder(address).password("sesame").settings());
        }
        LdlmClient.warnOfOpenPassword(LdlmClient.builder("h").settings());
        LdlmClient.warnOfOpenPassword(
                LdlmClient.builder("h").password("sesame").tls(LdlmTls.SYSTEM).settings());
        assertThat(logged()).isEmpty();
        LdlmClient.warnOfOpenPassword(LdlmClient.builder("h").password("sesame").settings());
        assertThat(logged()).containsExactly("WARNING the password for h:3144 is sent in plain text; use TLS");
    }

    @Test
    void withoutLimitItIsRepeatedForever() {
        server.down(true);
        CompletableFuture<Void> unlock = client.unlockAsync("x", "k");
        time.advance(Duration.ofHours(3));
        assertThat(unlock).isNotDone();
        server.down(false);
        pass(5);
        assertThat(unlock).isCompleted();
    }

    @Test
    void oneRetryIsTwoCalls() {
        LdlmClient own = client(LdlmClient.builder("localhost").retries(1).retryDelay(Duration.ofMillis(100)));
        server.down(true);
        CompletableFuture<LdlmLock> lock = own.lockAsync("x");
        time.advance(Duration.ofMillis(100));
        assertThat(server.calls()).hasSize(2);
        assertThat(failure(lock))
                .isInstanceOfSatisfying(LdlmUnavailableException.class, failed -> {
                    assertThat(failed.isPerhapsDone()).isFalse();
                    assertThat(failed.code()).isEqualTo(LdlmException.NO_CODE);
                })
                .hasMessageContaining("could not lock 'x': localhost:3144");
        own.close();
    }

    @Test
    void noRetryIsOneCall_andBlockingCallsThrowTheSame() {
        LdlmClient own = client(LdlmClient.builder("localhost").retries(0));
        server.thenFail(REFUSED, 1);
        assertThatThrownBy(() -> own.lock("x"))
                .isInstanceOf(LdlmUnavailableException.class)
                .hasMessage("could not lock 'x': localhost:3144 refuses connections; is a server running there?");
        assertThat(server.calls()).hasSize(1);
        own.close();
    }

    @Test
    void anAttemptWhoseAnswerWasLostIsPerhapsDone() {
        LdlmClient own = client(LdlmClient.builder("localhost").retries(1));
        server.thenLoseTheAnswer().thenFail(REFUSED, 1);
        CompletableFuture<LdlmLock> lock = own.lockAsync("x");
        pass(5);
        assertThat(failure(lock))
                .isInstanceOfSatisfying(
                        LdlmUnavailableException.class,
                        failed -> assertThat(failed.isPerhapsDone()).isTrue())
                .hasMessageEndingWith("perhaps it was done");
        own.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = Status.Code.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"OK", "UNAVAILABLE"})
    void nothingElseIsRepeated(Status.Code code) {
        server.thenFail(code.toStatus().withDescription("because"), 1);
        assertThat(failure(client.lockAsync("x"))).isInstanceOf(LdlmException.class);
        time.advance(Duration.ofHours(1));
        assertThat(server.calls()).hasSize(1);
    }

    @Test
    void aWrongPasswordFailsFast() {
        server.thenFail(Status.UNAUTHENTICATED.withDescription("invalid credentials"), 1);
        assertThatThrownBy(() -> client.lock("x"))
                .isInstanceOf(LdlmRefusedException.class)
                .hasMessage("localhost:3144 does not let this client in: invalid credentials");
    }

    @Test
    void aCertificateThatIsNotTrustedFailsFast() {
        server.thenFail(Status.UNAVAILABLE.withCause(new SSLHandshakeException("bad certificate")), 1);
        assertThat(failure(client.lockAsync("x")))
                .isInstanceOf(LdlmRefusedException.class)
                .hasMessageContaining("TLS failed: bad certificate");
    }

    @Test
    void aServerThatStopsWhileTlsIsAgreedOnIsTriedAgain() {
        server.thenFail(Status.UNAVAILABLE.withCause(new javax.net.ssl.SSLException("closed")), 1);
        CompletableFuture<LdlmLock> lock = client.lockAsync("x");
        pass(5);
        assertThat(lock).isCompleted();
    }

    @Test
    void somethingThatIsNoServerOfLdlmIsNamed() {
        server.doesNotKnow("Lock");
        assertThat(failure(client.lockAsync("x")))
                .isInstanceOf(LdlmRefusedException.class)
                .hasMessageContaining("does not know ldlm.LDLM/Lock");
    }

    @Test
    void refusalsOfTheServerAreNotRepeated() {
        server.thenAnswer(ScriptedServer.refusal(6, "lock size mismatch"));
        assertThat(failure(client.lockAsync("x"))).isInstanceOf(LockSizeMismatchException.class);
        time.advance(Duration.ofHours(1));
        assertThat(server.calls()).hasSize(1);
    }

    // ------------------------------------------------------------------------------------------ lost answers

    @Test
    void anUnlockWhoseAnswerWasLostIsDone_whenTheRepetitionFindsNothing() {
        for (int code : new int[] {1, 2, 4}) {
            server.thenLoseTheAnswer().thenAnswer(ScriptedServer.unlockRefusal(code, "not held"));
            CompletableFuture<Void> unlock = client.unlockAsync("x", "k");
            pass(5);
            assertThat(unlock).isCompleted();
        }
    }

    @Test
    void anUnlockThatNeverArrivedBeforeIsNotDone_whenTheRepetitionFindsNothing() {
        server.thenFail(REFUSED, 1).thenAnswer(ScriptedServer.unlockRefusal(2, "invalid lock key"));
        CompletableFuture<Void> unlock = client.unlockAsync("x", "k");
        pass(5);
        assertThat(failure(unlock)).isInstanceOf(InvalidLockKeyException.class).hasMessage("invalid lock key");
    }

    // ------------------------------------------------------------------------------------------ deadlines

    @Test
    void aDeadlineEndsACallThatIsNotAnswered() {
        LdlmClient own = client(LdlmClient.builder("localhost").rpcDeadline(Duration.ofSeconds(2)));
        server.thenSayNothing();
        CompletableFuture<LdlmLock> lock = own.tryLockAsync("x");
        time.advance(Duration.ofMillis(1_999));
        assertThat(lock).isNotDone();
        time.advance(Duration.ofMillis(1));
        assertThat(failure(lock))
                .isInstanceOfSatisfying(
                        LdlmUnavailableException.class,
                        failed -> assertThat(failed.isPerhapsDone()).isTrue())
                .hasMessageContaining("no answer within PT2S");
        assertThat(server.cancelled()).hasSize(1);
        own.close();
    }

    @Test
    void aDeadlineLeavesTheTimeToWait() {
        LdlmClient own = client(LdlmClient.builder("localhost").rpcDeadline(Duration.ofSeconds(2)));
        server.thenSayNothing().thenSayNothing();
        CompletableFuture<LdlmLock> limited = own.lockAsync("x", LdlmOptions.DEFAULT.withWaitTimeout(THIRTY));
        CompletableFuture<LdlmLock> endless = own.lockAsync("x");
        pass(31);
        assertThat(limited).isNotDone();
        pass(1);
        assertThat(limited).isCompletedExceptionally();
        time.advance(Duration.ofDays(1));
        assertThat(endless).isNotDone();
        own.close();
    }

    // ------------------------------------------------------------------------------------------ giving up

    @Test
    void aCancelledRequestIsWithdrawn() {
        server.thenSayNothing();
        CompletableFuture<LdlmLock> lock = client.lockAsync("x");
        lock.cancel(true);
        assertThat(server.cancelled()).hasSize(1);
        time.advance(Duration.ofHours(1));
        assertThat(server.calls()).hasSize(1);
    }

    @Test
    void aGrantThatComesAfterTheCancellingIsGivenBack() {
        server.thenSayNothing();
        CompletableFuture<LdlmLock> lock = client.lockAsync("x");
        ScriptedServer.Call asked = server.last();
        lock.cancel(true);
        asked.answer(server.grant("x"), server.connection());
        assertThat(server.methods()).containsExactly("Lock", "Unlock");
    }

    @Test
    void aRequestThatIsCancelledBetweenItsAttemptsIsNotRepeated() {
        server.down(true);
        CompletableFuture<LdlmLock> lock = client.lockAsync("x");
        lock.cancel(true);
        server.down(false);
        time.advance(Duration.ofHours(1));
        assertThat(server.calls()).hasSize(1);
    }

    @Test
    void anInterruptWithdrawsARequest() {
        server.thenSayNothing();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> client.lock("x")).isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
        assertThat(server.cancelled()).hasSize(1);
    }

    @Test
    void anInterruptedThreadSeesItsUnlockThrough() {
        Thread.currentThread().interrupt();
        client.unlock("x", "k");
        assertThat(Thread.interrupted()).isTrue();
        assertThat(server.methods()).containsExactly("Unlock");
    }

    @Test
    void closingFailsWhatIsUnderWay() {
        server.thenSayNothing().thenFail(REFUSED, 1);
        CompletableFuture<LdlmLock> waiting = client.lockAsync("x");
        CompletableFuture<LdlmLock> toBeRepeated = client.lockAsync("y");
        client.close();
        client.close();
        assertThat(failure(waiting))
                .isInstanceOf(LdlmUnavailableException.class)
                .hasMessageContaining("closed");
        assertThat(failure(toBeRepeated)).isInstanceOf(LdlmUnavailableException.class);
        assertThat(server.isClosed()).isTrue();
        assertThat(time.pending()).isZero();
        assertThatThrownBy(() -> client.lock("x"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the client is closed");
        assertThat(failure(client.unlockAsync("x", "k"))).isInstanceOf(IllegalStateException.class);
    }
}
