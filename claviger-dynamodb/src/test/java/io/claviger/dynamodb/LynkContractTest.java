package io.claviger.dynamodb;

import io.claviger.testkit.ContractBackend;
import io.claviger.testkit.LockClientContract;

/** The contract on lynk's layout, in virtual time. */
class LynkContractTest extends LockClientContract {
    @Override
    protected ContractBackend openBackend() {
        return new VirtualSpace(time -> new LynkLayout(time, true));
    }
}
