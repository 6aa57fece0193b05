package io.claviger.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.junit.platform.testkit.engine.Events;

/** The contract is worth something only if it fails for locks that are wrong. */
class BrokenLocksTest {
    private static final long SEED = 1;

    private static Defect current = Defect.NONE;
    private static Function<FaultySpace, ContractBackend> distance = near -> near;

    /** Run by the tests below only, since its name does not end as those of tests do. */
    static class ContractOfFaultyLocks extends LockClientContract {
        @Override
        protected ContractBackend openBackend() {
            return distance.apply(new FaultySpace(current));
        }
    }

    @Test
    void rightLocksPassEverything() {
        assertPassesEverything(run(Defect.NONE, near -> near, wholeContract()));
    }

    @Test
    void rightLocksPassEverythingFromFarAway() {
        assertPassesEverything(run(Defect.NONE, BrokenLocksTest::farAway, wholeContract()));
    }

    private static void assertPassesEverything(Events tests) {
        assertThat(failures(tests)).isEmpty();
        assertThat(tests.skipped().count()).isZero();
        // The toy can neither hand off nor see deadlocks.
        assertThat(tests.aborted().stream().map(BrokenLocksTest::reason))
                .allMatch(reason -> reason.endsWith("HAND_OFF") || reason.endsWith("DEADLOCK_DETECTION"));
        assertThat(tests.succeeded().count()).isGreaterThanOrEqualTo(100);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void brokenLocksFailTheirRule(Defect defect) {
        List<String> failures = failures(run(defect, near -> near, wholeContract()));
        System.out.println(defect + " is noticed by " + failures);
        assertThat(failures).contains(defect.caughtBy());
    }

    /** One is left out: what is wrong only for the time of a call cannot be seen by an answer that comes later. */
    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"NONE", "CLOSE_GRANTS_FIRST"})
    void brokenLocksFailTheirRuleFromFarAway(Defect defect) {
        DiscoverySelector rule = selectMethod(ContractOfFaultyLocks.class, defect.caughtBy());
        assertThat(failures(run(defect, BrokenLocksTest::farAway, rule))).containsExactly(defect.caughtBy());
    }

    private static ContractBackend farAway(FaultySpace near) {
        return new FarAway(near, SEED, wire -> new FaultyBackend(near, wire.listeners()));
    }

    private static DiscoverySelector wholeContract() {
        return selectClass(ContractOfFaultyLocks.class);
    }

    private static Events run(Defect defect, Function<FaultySpace, ContractBackend> where, DiscoverySelector tests) {
        current = defect;
        distance = where;
        return EngineTestKit.engine("junit-jupiter").selectors(tests).execute().testEvents();
    }

    private static String reason(Event aborted) {
        return aborted.getRequiredPayload(TestExecutionResult.class)
                .getThrowable()
                .map(Throwable::getMessage)
                .orElse("none");
    }

    private static List<String> failures(Events tests) {
        TreeSet<String> names = new TreeSet<>();
        tests.failed().stream()
                .map(Event::getTestDescriptor)
                .forEach(test -> names.add(test.getDisplayName().replace("()", "")));
        return List.copyOf(names);
    }
}
