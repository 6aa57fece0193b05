package io.claviger.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.dynamodb.DynamoLayout;
import io.claviger.dynamodb.DynamoTables;
import io.claviger.dynamodb.TableOptions;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class RunOnTablesE2eTest {
    private static final Duration WORK = Duration.ofMillis(50);

    private AwsSettings settings;
    private DynamoTables tables;

    @BeforeEach
    void open() {
        settings = new AwsSettings();
        tables = DynamoTables.builder().open();
    }

    @AfterEach
    void close() {
        if (tables != null) {
            tables.close();
            settings.close();
        }
    }

    @Test
    void allRunAndLeaveNoTable() throws InterruptedException {
        RunOnTables.run(WORK);
        assertThat(tables.exists(RunOnTables.LYNK)).isFalse();
        assertThat(tables.exists(RunOnTables.DYNALOCK)).isFalse();
        assertThat(tables.exists(RunOnTables.NATIVE)).isFalse();
    }

    @Test
    void tableOfAnotherIsLeftAlone() {
        tables.create(RunOnTables.LYNK, TableOptions.of(DynamoLayout.LYNK));
        assertThatThrownBy(() -> RunOnTables.run(WORK))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(RunOnTables.LYNK);
        assertThat(tables.exists(RunOnTables.NATIVE)).isFalse();
        assertThat(tables.delete(RunOnTables.LYNK)).isTrue();
    }
}
