package io.claviger.spi;

import io.claviger.FencingToken;
import io.claviger.Lease;
import io.claviger.NotHoldingException;

/** A condition of a write: which grant must be held, and not taken back, when it is done (K3). */
public sealed interface WriteGuard {

    /** Returns the name of the lock. */
    String name();

    /**
     * Returns the number of the grant.
     *
     * @throws RuntimeException whatever {@link Lease#token()} throws where leases have none
     */
    FencingToken token();

    /** Returns the failure of a write of a record that this refused. */
    default NotHoldingException refused(String key) {
        return new NotHoldingException(key, name(), "the grant with token " + token());
    }

    /** The grant in the hands of its holder, for backends that know more of it than its number. */
    record OfLease(Lease lease) implements WriteGuard {
        @Override
        public String name() {
            return lease.name();
        }

        @Override
        public FencingToken token() {
            return lease.token();
        }
    }

    /** The grant of which only the number is known. */
    record OfToken(String name, FencingToken token) implements WriteGuard {}
}
