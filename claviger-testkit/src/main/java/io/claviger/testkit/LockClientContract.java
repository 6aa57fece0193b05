package io.claviger.testkit;

import org.junit.jupiter.api.Timeout;

/**
 * The rules that every backend keeps, as tests whose names carry the rules' numbers. A backend extends it and says how to
 * open a space of locks:
 *
 * <pre>{@code
 * class MyLocksTest extends LockClientContract {
 *     @Override
 *     protected ContractBackend openBackend() {
 *         return new MyContractBackend();
 *     }
 * }
 * }</pre>
 *
 * <p>A test that needs a {@link io.claviger.Capability} which the backend lacks is skipped and says which; so are tests of
 * time and of revocation if the {@link ContractBackend} can do neither. Nothing here sleeps by itself.
 */
@Timeout(LockClientContract.SECONDS_PER_TEST)
public abstract class LockClientContract extends GuardedWriteContract {
    static final int SECONDS_PER_TEST = 60;

    /** For subclasses. */
    protected LockClientContract() {}

    /** Makes an empty space of locks. Called before each test; the suite closes it. */
    @Override
    protected abstract ContractBackend openBackend();
}
