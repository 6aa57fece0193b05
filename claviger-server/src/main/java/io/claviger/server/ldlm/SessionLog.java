package io.claviger.server.ldlm;

import io.claviger.protocol.ldlm.Error;
import io.claviger.protocol.ldlm.LockResponse;
import io.claviger.protocol.ldlm.UnlockResponse;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * What is logged of a session, in LDLM's words. Sessions and expiries are INFO; each request and its response, which in
 * the original are INFO too, are DEBUG: they are written by the one thread that serves everybody. Keys are never logged.
 */
final class SessionLog {
    private static final Logger log = LoggerFactory.getLogger(SessionLog.class);
    private static final String CLIENT = "LDLM client ";

    private final String label;

    /** @param label of the session: who it is */
    SessionLog(String label) {
        this.label = label;
    }

    /** Whether requests are logged: else their words need not be put together. */
    static boolean logsRequests() {
        return log.isDebugEnabled();
    }

    /** Whether the ends of sessions are logged. */
    static boolean logsSessions() {
        return log.isInfoEnabled();
    }

    void started(long session) {
        at(Level.INFO, session).log("Session started");
    }

    void ended(long session) {
        at(Level.INFO, session).log("Session ended");
    }

    void cleanup(long session, int locks) {
        at(Level.INFO, session).addKeyValue("num_locks", locks).log("Client session cleanup");
    }

    void expired(long session, String lock) {
        at(Level.INFO, session).addKeyValue("lock", lock).log("Lock timer timeout");
    }

    void request(long session, String kind, String lock) {
        at(Level.DEBUG, session).addKeyValue("lock", lock).log(kind + " request");
    }

    /** Logs the response to a request, whichever of its kinds it is, while passing it on. */
    <T> LdlmReply<T> response(long session, String kind, LdlmReply<T> reply) {
        return new LdlmReply<>() {
            @Override
            public void answer(T response) {
                told(session, kind, response);
                reply.answer(response);
            }

            @Override
            public void unavailable(String why) {
                at(Level.DEBUG, session).addKeyValue("error", why).log(kind + " response");
                reply.unavailable(why);
            }
        };
    }

    private void told(long session, String kind, Object response) {
        LoggingEventBuilder event = at(Level.DEBUG, session);
        if (response instanceof LockResponse lock) {
            event = event.addKeyValue("lock", lock.getName())
                    .addKeyValue("locked", lock.getLocked())
                    .addKeyValue("error", lock.hasError() ? words(lock.getError()) : null);
        } else if (response instanceof UnlockResponse unlock) {
            event = event.addKeyValue("lock", unlock.getName())
                    .addKeyValue("unlocked", unlock.getUnlocked())
                    .addKeyValue("error", unlock.hasError() ? words(unlock.getError()) : null);
        }
        event.log(kind + " response");
    }

    private static String words(Error error) {
        return error.getMessage();
    }

    private LoggingEventBuilder at(Level level, long session) {
        LoggingEventBuilder event = log.atLevel(level);
        if (!log.isEnabledForLevel(level)) {
            return event;
        }
        String who = label.startsWith(CLIENT) ? label.substring(CLIENT.length()) : label;
        return event.addKeyValue("session_id", String.format(Locale.ROOT, "%016x", session))
                .addKeyValue("remote_address", who);
    }
}
