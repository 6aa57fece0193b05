package io.claviger.server.ipc;

/** What a client asks for. */
public sealed interface IpcRequest {

    /**
     * A page of all holders, by name (in the order of UTF-16 code units), those of one name by age.
     *
     * @param afterName the last name of the page before; empty = from the first
     * @param afterToken the last token of that name; 0 = the name has been told in full
     */
    record ListHolders(String afterName, long afterToken) implements IpcRequest {
        /** Asks for the first page. */
        public static final ListHolders FIRST = new ListHolders("", 0);
    }

    /**
     * Takes a lock from its holder, whoever that is, at once.
     *
     * @param key the one holder's key if that is how it is named; else empty
     */
    record Unlock(String name, Which which, String key) implements IpcRequest {}

    /** Which of the holders of a name. */
    enum Which {
        /** The one there is. If there are several, nothing is done. */
        THE_ONLY_ONE(0),
        /** The one with the key. */
        BY_KEY(1),
        /** Each of them. */
        ALL(2);

        /** What stands for it in a frame; never to be changed. */
        final int code;

        Which(int code) {
            this.code = code;
        }
    }
}
