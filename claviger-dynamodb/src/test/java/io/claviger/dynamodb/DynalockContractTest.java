package io.claviger.dynamodb;

import io.claviger.testkit.ContractBackend;
import io.claviger.testkit.LockClientContract;

/** The contract on the layout of dynalock, records included, in virtual time. */
class DynalockContractTest extends LockClientContract {
    @Override
    protected ContractBackend openBackend() {
        return new VirtualSpace(time -> new DynalockLayout(time, true));
    }
}
