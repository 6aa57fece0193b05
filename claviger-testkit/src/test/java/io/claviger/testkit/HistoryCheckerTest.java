package io.claviger.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.testkit.HistoryChecker.Grant;
import org.junit.jupiter.api.Test;

/** Histories made by hand: bad ones are found, good ones are not blamed. */
@SuppressWarnings("MemberName")
class HistoryCheckerTest {
    private final HistoryChecker history = new HistoryChecker();

    private void mutex(long token, long asked, long granted, long ended) {
        history.add(new Grant("m", 1, 1, token, asked, granted, granted, ended));
    }

    private void queued(long token, long asked, long placed, long granted, long ended) {
        history.add(new Grant("m", 1, 1, token, asked, placed, granted, ended));
    }

    private void permits(int permits, int capacity, long token, long granted, long ended) {
        history.add(new Grant("s", permits, capacity, token, granted - 1, granted, granted, ended));
    }

    private void assertFound(String rule) {
        assertThat(history.violations()).singleElement().asString().startsWith(rule + ":");
        assertThatThrownBy(history::check).isInstanceOf(AssertionError.class).hasMessageContaining(rule + ":");
    }

    @Test
    void goodHistoriesPass() {
        mutex(1, 0, 10, 20);
        mutex(2, 5, 20, 30);
        // Asked for together: either may be granted first.
        mutex(4, 31, 50, 60);
        mutex(3, 32, 40, 49);
        permits(2, 3, 7, 10, 40);
        permits(1, 3, 8, 12, 20);
        permits(1, 3, 9, 20, Long.MAX_VALUE);
        assertThat(history.violations()).isEmpty();
        assertThat(history.size()).isEqualTo(7);
        history.check();
    }

    @Test
    void S1_twoHoldersOfAMutexAreFound() {
        mutex(1, 0, 10, 20);
        mutex(2, 5, 19, 30);
        assertFound("S1");
    }

    @Test
    void S1_holderThatNeverEndsIsCounted() {
        mutex(1, 0, 10, Long.MAX_VALUE);
        mutex(2, 5, 1_000, 1_001);
        assertFound("S1");
    }

    @Test
    void S1_tooManyPermitsAreFound() {
        permits(2, 3, 1, 10, 30);
        permits(1, 3, 2, 11, 20);
        permits(1, 3, 3, 19, 30);
        assertFound("S1");
    }

    @Test
    void S11_writerBesideAReaderIsFound() {
        permits(Integer.MAX_VALUE, Integer.MAX_VALUE, 1, 10, 30);
        permits(1, Integer.MAX_VALUE, 2, 20, 25);
        assertFound("S1");
    }

    @Test
    void S1_otherNamesDoNotCount() {
        mutex(1, 0, 10, 20);
        permits(1, 1, 2, 11, 19);
        assertThat(history.violations()).isEmpty();
    }

    @Test
    void S3_tokenThatGoesBackIsFound() {
        mutex(5, 0, 10, 20);
        mutex(4, 21, 30, 40);
        assertFound("S3");
    }

    @Test
    void S3_tokenGivenTwiceIsFound() {
        mutex(5, 0, 10, 20);
        mutex(5, 9, 30, 40);
        assertFound("S3");
    }

    @Test
    void L2_overtakenWaiterIsFound() {
        mutex(1, 0, 10, 50);
        queued(3, 11, 12, 70, 80);
        queued(2, 13, 14, 55, 60);
        assertFound("L2");
    }

    @Test
    void timesInTheWrongOrderAreRefused() {
        assertThatThrownBy(() -> queued(1, 5, 4, 6, 7)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> queued(1, 4, 7, 6, 7)).isInstanceOf(IllegalArgumentException.class);
    }
}
