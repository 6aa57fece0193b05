package io.claviger.server.text;

/** What a line asks for. */
enum Action {
    LOCK("lock"),
    RELEASE("release"),
    REFRESH("refresh"),
    CANCEL("cancel"),
    PING(".ping"),
    STATS(".stats"),
    SESSION(".session"),
    KEEPALIVE(".keepalive"),
    /** Known by how the whole line begins, see {@link Request}. */
    AUTH(""),
    SERVER_SHUTDOWN(".server-shutdown"),
    OTHER("");

    private final String word;

    Action(String word) {
        this.word = word;
    }

    static Action of(byte[] line, int from, int to) {
        return switch (to - from) {
            case 4 -> LOCK.orOther(line, from, to);
            case 5 -> PING.orOther(line, from, to);
            case 6 -> line[from] == 'c' ? CANCEL.orOther(line, from, to) : STATS.orOther(line, from, to);
            case 7 -> line[from + 2] == 'l' ? RELEASE.orOther(line, from, to) : REFRESH.orOther(line, from, to);
            case 8 -> SESSION.orOther(line, from, to);
            case 10 -> KEEPALIVE.orOther(line, from, to);
            case 16 -> SERVER_SHUTDOWN.orOther(line, from, to);
            default -> OTHER;
        };
    }

    private Action orOther(byte[] line, int from, int to) {
        return Param.isWord(word, line, from, to) ? this : OTHER;
    }
}
