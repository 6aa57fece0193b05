package io.claviger.server.ipc;

import java.util.List;

/** What a server answers. */
public sealed interface IpcAnswer {

    /**
     * Some holders.
     *
     * @param more whether there are others after these
     */
    record Page(List<Holder> holders, boolean more) implements IpcAnswer {}

    /**
     * Somebody who holds permits of a name.
     *
     * @param key with which the lock can be released: a secret
     * @param size how many permits the name has
     * @param token greater than those of older holders
     */
    record Holder(String name, String key, int size, long token) {
        /** Hides the key. */
        @Override
        public String toString() {
            return "Holder[name=" + name + ", size=" + size + ", token=" + token + "]";
        }
    }

    /**
     * Locks were taken from their holders.
     *
     * @param count from how many, at least 1
     */
    record Unlocked(int count) implements IpcAnswer {}

    /** Nobody holds the name. */
    record NoSuchLock() implements IpcAnswer {}

    /**
     * Nothing was done.
     *
     * @param reason why, for people, in one line
     */
    record Refused(String reason) implements IpcAnswer {}
}
