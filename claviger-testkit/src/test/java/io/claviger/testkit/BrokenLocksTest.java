package io.claviger.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.junit.platform.testkit.engine.Events;

/** The contract is worth something only if it fails for locks that are wrong. */
class BrokenLocksTest {
    private static Defect current = Defect.NONE;

    /** Run by the tests below only, since its name does not end as those of tests do. */
    static class ContractOfFaultyLocks extends LockClientContract {
        @Override
        protected ContractBackend openBackend() {
            return new FaultySpace(current);
        }
    }

    @Test
    void rightLocksPassEverything() {
        Events tests = run(Defect.NONE);
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
        List<String> failures = failures(run(defect));
        System.out.println(defect + " is noticed by " + failures);
        assertThat(failures).contains(defect.caughtBy());
    }

    private static Events run(Defect defect) {
        current = defect;
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(ContractOfFaultyLocks.class))
                .execute()
                .testEvents();
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
