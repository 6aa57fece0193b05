package io.claviger.server.text;

import static io.claviger.server.text.LineWriter.ascii;

import io.claviger.server.security.PasswordCheck;
import io.claviger.server.security.PasswordCheck.Judgement;
import io.claviger.server.security.PasswordCheck.Verdict;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The dialogue before all others where a password is asked for: {@code .auth,password:P}, answered {@code ok}, and then
 * the connection is as if nothing had been said. Lines sent ahead are kept until then.
 */
final class Gate implements Dialogue {
    private static final Logger log = LoggerFactory.getLogger(Gate.class);
    private static final byte[] OK = ascii("ok");
    private static final byte[] REQUIRED = ascii("err,authentication required");
    private static final byte[] WRONG = ascii("err,wrong password");
    private static final byte[] TOO_MANY = ascii("err,too many attempts");

    private final TextConnection connection;
    private final PasswordCheck password;

    /** Ends who says nothing; else connections that nobody vouches for could take all the places. */
    private final Future<?> limit;

    private boolean judged;

    Gate(TextConnection connection, PasswordCheck password) {
        this.connection = connection;
        this.password = password;
        this.limit = connection.after(TextLimits.PASSWORD_MILLIS, TimeUnit.MILLISECONDS, () -> refuse(REQUIRED));
    }

    @Override
    public boolean isBusy() {
        return judged;
    }

    @Override
    public boolean isWaiting() {
        return false;
    }

    @Override
    public void line(Request request) {
        limit.cancel(false);
        if (request.action() != Action.AUTH) {
            log.warn("No password from {}", connection.peer());
            refuse(REQUIRED);
            return;
        }
        judged = true;
        Judgement judgement = password.judge(connection.peer().getAddress(), request.password());
        if (judgement.delayNanos() == 0) {
            tell(judgement.verdict());
        } else {
            connection.after(judgement.delayNanos(), TimeUnit.NANOSECONDS, () -> tell(judgement.verdict()));
        }
    }

    @Override
    public void inputEnded() {
        connection.end();
    }

    @Override
    public void gone() {
        limit.cancel(false);
    }

    private void tell(Verdict verdict) {
        if (connection.isEnding()) {
            return;
        }
        switch (verdict) {
            case RIGHT -> {
                connection.answer(OK);
                connection.become(new OneShot(connection));
                connection.resume();
            }
            case WRONG -> {
                log.warn("Wrong password from {}", connection.peer());
                refuse(WRONG);
            }
            case TOO_MANY -> refuse(TOO_MANY);
        }
    }

    private void refuse(byte[] answer) {
        connection.answer(answer);
        connection.end();
    }
}
