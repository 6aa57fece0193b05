package io.claviger.dynamodb;

import io.claviger.testkit.ContractBackend;
import io.claviger.testkit.LockClientContract;

/** The contract on our own layout, in virtual time. */
class NativeContractTest extends LockClientContract {
    @Override
    protected ContractBackend openBackend() {
        return new VirtualSpace(NativeLayout::new);
    }
}
