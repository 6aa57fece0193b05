package io.claviger.engine;

import org.jspecify.annotations.Nullable;

/** The three indexes of the machine. */
final class Tables {
    private Tables() {}

    /** Locks by name. */
    static final class ByName extends ProbeTable<LockState> {
        private final KeyedHash hash;

        ByName(KeyedHash hash) {
            this.hash = hash;
        }

        @Override
        int hashOf(LockState lock) {
            return hash.of(lock.name);
        }

        @Nullable
        LockState find(String name) {
            int slot = firstSlot(hash.of(name));
            for (LockState lock = at(slot); lock != null; lock = at(slot)) {
                if (lock.name.equals(name)) {
                    return lock;
                }
                slot = nextSlot(slot);
            }
            return null;
        }
    }

    /** Claims by owner key. */
    static final class ByKey extends ProbeTable<Claim> {
        private final KeyedHash hash;

        ByKey(KeyedHash hash) {
            this.hash = hash;
        }

        @Override
        int hashOf(Claim claim) {
            return hash.of(claim.keyHigh, claim.keyLow);
        }

        @Nullable
        Claim find(OwnerKey key) {
            int slot = firstSlot(hash.of(key.high(), key.low()));
            for (Claim claim = at(slot); claim != null; claim = at(slot)) {
                if (claim.hasKey(key)) {
                    return claim;
                }
                slot = nextSlot(slot);
            }
            return null;
        }
    }

    /** Sessions by id. */
    static final class ById extends ProbeTable<SessionState> {
        private final KeyedHash hash;

        ById(KeyedHash hash) {
            this.hash = hash;
        }

        @Override
        int hashOf(SessionState session) {
            return hash.of(session.id);
        }

        @Nullable
        SessionState find(long id) {
            int slot = firstSlot(hash.of(id));
            for (SessionState session = at(slot); session != null; session = at(slot)) {
                if (session.id == id) {
                    return session;
                }
                slot = nextSlot(slot);
            }
            return null;
        }
    }
}
