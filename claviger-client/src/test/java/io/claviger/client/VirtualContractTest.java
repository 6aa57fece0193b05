package io.claviger.client;

import io.claviger.testkit.ContractBackend;
import io.claviger.testkit.LockClientContract;

/** The client and the server's streams, in virtual time. */
class VirtualContractTest extends LockClientContract {
    @Override
    protected ContractBackend openBackend() {
        return new VirtualNetwork();
    }
}
