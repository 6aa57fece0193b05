package io.claviger.server.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.security.PasswordCheck.Judgement;
import io.claviger.server.security.PasswordCheck.Verdict;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Delays, in virtual time. */
class ThrottleTest {
    private static final byte[] RIGHT = "right".getBytes(StandardCharsets.UTF_8);
    private static final byte[] WRONG = "wrong".getBytes(StandardCharsets.UTF_8);

    private long nowNanos = Long.MAX_VALUE - 5;
    private final Throttle throttle = new Throttle(() -> nowNanos);
    private final PasswordCheck check = new PasswordCheck(Password.of("right"), () -> nowNanos);

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static final InetAddress GUESSER = address("192.0.2.1");

    private void pass(Duration time) {
        nowNanos += time.toNanos();
    }

    private long failMillis() {
        long nanos = throttle.attempt(GUESSER);
        throttle.failed(GUESSER);
        return nanos / 1_000_000;
    }

    @Test
    void delaysDoubleToALimit() {
        assertThat(new long[] {
                    failMillis(), failMillis(), failMillis(), failMillis(), failMillis(), failMillis(), failMillis()
                })
                .containsExactly(0, 100, 200, 400, 800, 1600, 2000);
        for (int i = 0; i < 1000; i++) {
            pass(Duration.ofSeconds(1));
            assertThat(failMillis()).isEqualTo(2000);
        }
    }

    @Test
    void othersAreNotSlowed() {
        failMillis();
        assertThat(throttle.attempt(GUESSER)).isPositive();
        assertThat(throttle.attempt(address("192.0.2.2"))).isZero();
        assertThat(throttle.attempt(address("2001:db8::1"))).isZero();
        assertThat(throttle.attempt(null)).isZero();
    }

    @Test
    void aQuietTimeIsForgiven() {
        failMillis();
        pass(Throttle.QUIET.minusNanos(1));
        assertThat(throttle.attempt(GUESSER)).isPositive();
        pass(Duration.ofNanos(1));
        assertThat(throttle.attempt(GUESSER)).isZero();
        assertThat(throttle.addresses()).isZero();
        assertThat(failMillis()).isZero();
    }

    @Test
    void aNetworkOfIpv6IsOneAddress() {
        throttle.failed(address("2001:db8:0:1::1"));
        assertThat(throttle.attempt(address("2001:db8:0:1:ffff::2"))).isPositive();
        assertThat(throttle.attempt(address("2001:db8:0:2::1"))).isZero();
    }

    @Test
    void theTableIsBounded_oldestFailureOut() {
        throttle.failed(GUESSER);
        throttle.failed(address("192.0.2.2"));
        throttle.failed(GUESSER);
        for (int i = 0; i < Throttle.MAX_ADDRESSES - 1; i++) {
            throttle.failed(address("10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255)));
        }
        assertThat(throttle.addresses()).isEqualTo(Throttle.MAX_ADDRESSES);
        assertThat(throttle.attempt(address("192.0.2.2"))).isZero();
        assertThat(throttle.attempt(GUESSER)).isPositive();
    }

    @Test
    void aCrowdInOneDelayIsNotJudged() {
        failMillis();
        for (int i = 0; i < Throttle.MAX_AT_ONCE; i++) {
            assertThat(check.judge(GUESSER, RIGHT).verdict()).isEqualTo(Verdict.RIGHT);
            assertThat(throttle.attempt(GUESSER)).isPositive();
        }
        assertThat(throttle.attempt(GUESSER)).isEqualTo(Throttle.TOO_MANY);
        pass(Throttle.FIRST_DELAY);
        assertThat(throttle.attempt(GUESSER)).isPositive();
    }

    @Test
    void rightAndWrongWaitAlike_soTheDelayTellsNothing() {
        assertThat(check.judge(GUESSER, RIGHT)).isEqualTo(new Judgement(Verdict.RIGHT, 0));
        assertThat(check.judge(GUESSER, WRONG)).isEqualTo(new Judgement(Verdict.WRONG, 0));
        assertThat(check.judge(GUESSER, RIGHT)).isEqualTo(new Judgement(Verdict.RIGHT, 100_000_000));
        assertThat(check.judge(GUESSER, WRONG)).isEqualTo(new Judgement(Verdict.WRONG, 100_000_000));
        // A right one forgives nothing.
        assertThat(check.judge(GUESSER, RIGHT)).isEqualTo(new Judgement(Verdict.RIGHT, 200_000_000));
        for (int i = 0; i < Throttle.MAX_AT_ONCE; i++) {
            check.judge(GUESSER, WRONG);
        }
        assertThat(check.judge(GUESSER, RIGHT)).isEqualTo(new Judgement(Verdict.TOO_MANY, 0));
    }
}
