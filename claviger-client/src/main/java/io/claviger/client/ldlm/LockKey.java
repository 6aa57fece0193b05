package io.claviger.client.ldlm;

/**
 * What proves that a lock is held: two slots of one name differ in their keys.
 *
 * @param name the lock's
 * @param key a secret
 */
record LockKey(String name, String key) {
    /** Does not show the key. */
    @Override
    public String toString() {
        return "LockKey[" + name + "]";
    }
}
