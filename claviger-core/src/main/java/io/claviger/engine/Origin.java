package io.claviger.engine;

/**
 * Where a command comes from: the session, which attachment of it, and the number that makes a retry recognisable.
 *
 * @param session the session's id
 * @param attachment the attach number under which the client speaks; commands under another one change nothing (S4)
 * @param sequence the command's number in its session, from 1 and below 2<sup>53</sup>; a retry carries the same number (S8). 0 = not numbered:
 *     for wires on which nothing is ever retried
 * @param acknowledged every reply up to this sequence number has arrived at the client and may be forgotten
 */
public record Origin(long session, int attachment, long sequence, long acknowledged) {

    /** Returns the origin of commands that are never retried, under the first attachment of a session. */
    public static Origin unnumbered(long session) {
        return new Origin(session, 1, 0, 0);
    }
}
