package io.claviger.dynamodb;

import io.claviger.local.SystemTime;
import io.claviger.testkit.ContractBackend;
import io.claviger.testkit.LockClientContract;
import org.junit.jupiter.api.BeforeAll;

/** The contract on our own layout, over the wire of an emulated DynamoDB. Tests of time run in virtual time. */
class EmulatorContractTest extends LockClientContract {
    private static String table = "";

    @BeforeAll
    static void makeTable() {
        table = Emulator.running().newTable();
    }

    @Override
    protected ContractBackend openBackend() {
        return new EmulatedSpace(Emulator.running(), table, new NativeLayout(SystemTime.INSTANCE));
    }
}
