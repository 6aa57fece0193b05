package io.claviger.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.testkit.DynamoFault.None;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class DynamoFaultPlanTest {
    private static final Duration LONGEST = Duration.ofSeconds(2);
    private static final int MANY = 2_000;

    private static List<DynamoFault> faults(DynamoFaultPlan plan, String operation) {
        return LongStream.range(0, MANY)
                .mapToObj(number -> plan.fault(number, operation))
                .toList();
    }

    @Test
    void sameSeedMakesTheSamePlan_andItsTextMakesItAgain() {
        DynamoFaultPlan plan = DynamoFaultPlan.rough(17, 30, LONGEST);
        assertThat(plan).hasToString("DynamoFaultPlan.rough(17L, 30, Duration.parse(\"PT2S\"))");
        assertThat(faults(DynamoFaultPlan.rough(17L, 30, Duration.parse("PT2S")), "PutItem"))
                .isEqualTo(faults(plan, "PutItem"));
        assertThat(faults(DynamoFaultPlan.rough(18, 30, LONGEST), "PutItem")).isNotEqualTo(faults(plan, "PutItem"));
    }

    @Test
    void everyKindHappensToTheOperationsThatItFits() {
        DynamoFaultPlan plan = DynamoFaultPlan.rough(1, 100, LONGEST);
        Set<Class<?>> kinds = new HashSet<>();
        for (String operation :
                List.of("GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems")) {
            assertThat(faults(plan, operation)).allMatch(fault -> fault.fits(operation) && !(fault instanceof None));
            faults(plan, operation).forEach(fault -> kinds.add(fault.getClass()));
        }
        kinds.add(None.class);
        assertThat(kinds).containsExactlyInAnyOrder(DynamoFault.class.getPermittedSubclasses());
    }

    @Test
    void soManyPercentHaveFaults_andOnlyRequestsAboutItems() {
        long hit = faults(DynamoFaultPlan.rough(1, 30, LONGEST), "UpdateItem").stream()
                .filter(fault -> !(fault instanceof None))
                .count();
        assertThat(hit).isBetween(MANY * 25L / 100, MANY * 35L / 100);
        assertThat(faults(DynamoFaultPlan.rough(1, 0, LONGEST), "UpdateItem")).containsOnly(new None());
        assertThat(faults(DynamoFaultPlan.rough(1, 100, LONGEST), "DescribeTable"))
                .containsOnly(new None());
    }

    @Test
    void planThatCannotBeIsRefused() {
        assertThatThrownBy(() -> DynamoFaultPlan.rough(1, 101, LONGEST))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("101");
        assertThatThrownBy(() -> DynamoFaultPlan.rough(1, -1, LONGEST)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> DynamoFaultPlan.rough(1, 1, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT0S");
        assertThatThrownBy(() -> DynamoFaultPlan.rough(1, 1, Duration.ofHours(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT1M");
    }
}
