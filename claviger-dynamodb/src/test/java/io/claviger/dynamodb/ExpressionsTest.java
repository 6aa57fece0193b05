package io.claviger.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Conditions as DynamoDB's text. */
class ExpressionsTest {
    @Test
    void noParenthesesStandAroundParentheses() {
        Condition one = new Condition.Present(Path.of("a"));
        Condition both = Condition.all(one, new Condition.Absent(Path.of("b")));
        Condition nested = Condition.any(
                new Condition.Any(List.of(both)), new Condition.All(List.of(new Condition.Any(List.of(one)))));
        String text = new Expressions().condition(nested);
        assertThat(text)
                .isEqualTo("((attribute_exists(#n0)) AND (attribute_not_exists(#n1))) OR (attribute_exists(#n0))");
    }

    @Test
    void attributesAreComparedWithEachOtherOnlyIfBothAreThere() {
        Condition differ = new Condition.Differ(Path.of("a"), Path.of("b"));
        assertThat(new Expressions().condition(differ))
                .isEqualTo("attribute_exists(#n0) AND attribute_exists(#n1) AND #n0 <> #n1");
    }
}
