package io.claviger.testkit;

/** The in-process backend in virtual time. */
class LocalContractTest extends LockClientContract {
    @Override
    protected ContractBackend openBackend() {
        return new LocalContract();
    }
}
