package io.claviger.dynamodb;

import io.claviger.local.SystemTime;
import io.claviger.testkit.ContractBackend;
import io.claviger.testkit.LockClientContract;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The contract on the layout of dynalock, records included, over the wire of an emulated DynamoDB, in real time. */
@Execution(ExecutionMode.CONCURRENT)
class EmulatorDynalockContractE2eTest extends LockClientContract {
    private static String table = "";

    @BeforeAll
    static void makeTable() {
        table = Emulator.running().newTable(DynalockRecord.ID, DynalockRecord.NAME);
    }

    @Override
    protected ContractBackend openBackend() {
        return new EmulatedSpace(Emulator.running(), table, new DynalockLayout(SystemTime.INSTANCE, true));
    }
}
