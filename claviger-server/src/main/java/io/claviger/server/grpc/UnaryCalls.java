package io.claviger.server.grpc;

import io.claviger.engine.Command;
import io.claviger.engine.Event;
import io.claviger.engine.Limits;
import io.claviger.engine.Origin;
import io.claviger.engine.OwnerKey;
import io.claviger.engine.SessionKind;
import io.claviger.protocol.v1.AcquireRequest;
import io.claviger.protocol.v1.AcquireResponse;
import io.claviger.protocol.v1.EndSessionRequest;
import io.claviger.protocol.v1.EndSessionResponse;
import io.claviger.protocol.v1.OpenSessionRequest;
import io.claviger.protocol.v1.OpenSessionResponse;
import io.claviger.protocol.v1.ReleaseRequest;
import io.claviger.protocol.v1.ReleaseResponse;
import io.claviger.protocol.v1.RenewRequest;
import io.claviger.protocol.v1.RenewResponse;
import io.claviger.protocol.v1.RenewSessionRequest;
import io.claviger.protocol.v1.RenewSessionResponse;
import io.claviger.protocol.v1.SessionRef;
import io.claviger.server.Acquisition;
import io.claviger.server.Sequencer;
import java.util.Optional;
import java.util.function.Consumer;

/** The single calls. They speak under the first attachment of their session. Confined to the thread of the machine. */
final class UnaryCalls {
    private static final int FIRST_ATTACHMENT = 1;

    private final NativeSessions sessions;

    UnaryCalls(NativeSessions sessions) {
        this.sessions = sessions;
    }

    void openSession(OpenSessionRequest request, UnaryReply<OpenSessionResponse> reply) {
        long ttl = request.getTtlNanos() == 0 ? GrpcLimits.DEFAULT_TTL_NANOS : request.getTtlNanos();
        long session = sessions.nextId();
        OwnerKey secret = sessions.nextSecret();
        submit(new Command.OpenSession(session, SessionKind.TIMED, ttl, secret, request.getLabel()), reply, answer -> {
            if (answer instanceof Event.SessionOpened) {
                reply.answer(OpenSessionResponse.newBuilder()
                        .setSession(SessionRef.newBuilder().setSession(session).setSecret(secret.text()))
                        .setTtlNanos(ttl)
                        .build());
            } else {
                reply.refuse(answer);
            }
        });
    }

    void renewSession(RenewSessionRequest request, UnaryReply<RenewSessionResponse> reply) {
        inSession(request.getSession(), reply, () -> {
            Origin origin = Origin.unnumbered(request.getSession().getSession());
            submit(new Command.RenewSession(origin), reply, answer -> {
                if (answer instanceof Event.SessionRenewed) {
                    reply.answer(RenewSessionResponse.getDefaultInstance());
                } else {
                    reply.refuse(answer);
                }
            });
        });
    }

    void endSession(EndSessionRequest request, UnaryReply<EndSessionResponse> reply) {
        inSession(request.getSession(), reply, () -> {
            Origin origin = Origin.unnumbered(request.getSession().getSession());
            submit(new Command.EndSession(origin), reply, answer -> {
                if (answer instanceof Event.SessionEnded) {
                    sessions.ended(origin.session(), null);
                    reply.answer(EndSessionResponse.getDefaultInstance());
                } else {
                    reply.refuse(answer);
                }
            });
        });
    }

    void acquire(AcquireRequest request, UnaryReply<AcquireResponse> reply, Acquisition acquire) {
        Optional<OwnerKey> key =
                request.getKey().isEmpty() ? Optional.of(sessions.nextSecret()) : OwnerKey.parse(request.getKey());
        if (key.isEmpty()) {
            reply.invalid("the key must be the text of a UUID, or empty");
        } else if (request.hasWaitNanos() && request.getWaitNanos() < 0) {
            reply.invalid("the wait must be 0 or more nanoseconds, but is " + request.getWaitNanos());
        } else if (isNumbered(request.getSequence(), reply)) {
            Command.Acquire command = command(request, key.get());
            inSession(request.getSession(), reply, () -> acquire.start(command, waitNanos(request)));
        }
    }

    void release(ReleaseRequest request, UnaryReply<ReleaseResponse> reply) {
        withKey(request.getSession(), request.getSequence(), request.getKey(), reply, key -> {
            Origin origin = origin(request.getSession(), request.getSequence(), request.getAcknowledged());
            submit(new Command.Release(origin, key), reply, answer -> {
                if (answer instanceof Event.Released || answer instanceof Event.NotHeld) {
                    reply.answer(ReleaseResponse.newBuilder()
                            .setReleased(answer instanceof Event.Released)
                            .build());
                } else {
                    reply.refuse(answer);
                }
            });
        });
    }

    void renew(RenewRequest request, UnaryReply<RenewResponse> reply) {
        withKey(request.getSession(), request.getSequence(), request.getKey(), reply, key -> {
            Origin origin = origin(request.getSession(), request.getSequence(), request.getAcknowledged());
            submit(new Command.Renew(origin, key, request.getLeaseNanos()), reply, answer -> {
                if (answer instanceof Event.Renewed renewed) {
                    reply.answer(RenewResponse.newBuilder()
                            .setRenewed(true)
                            .setLeaseNanos(renewed.leaseNanos())
                            .build());
                } else if (answer instanceof Event.NotHeld) {
                    reply.answer(RenewResponse.getDefaultInstance());
                } else {
                    reply.refuse(answer);
                }
            });
        });
    }

    private void withKey(SessionRef session, long sequence, String text, UnaryReply<?> reply, Consumer<OwnerKey> then) {
        Optional<OwnerKey> key = OwnerKey.parse(text);
        if (key.isEmpty()) {
            reply.invalid("the key must be the text of a UUID, as Acquire gave it");
        } else if (isNumbered(sequence, reply)) {
            inSession(session, reply, () -> then.accept(key.get()));
        }
    }

    /**
     * Goes on if the secret is that of the session. To attach with the number that is in force changes nothing, and
     * tells whether it is.
     */
    void inSession(SessionRef ref, UnaryReply<?> reply, Runnable then) {
        Optional<OwnerKey> secret = OwnerKey.parse(ref.getSecret());
        if (secret.isEmpty()) {
            reply.invalid("the session's secret must be the text of a UUID, as OpenSession gave it");
            return;
        }
        submit(new Command.AttachSession(ref.getSession(), secret.get(), FIRST_ATTACHMENT), reply, answer -> {
            if (answer instanceof Event.SessionAttached) {
                then.run();
            } else {
                reply.refuse(answer);
            }
        });
    }

    void submit(Command command, UnaryReply<?> reply, Consumer<Event.Reply> then) {
        Sequencer.pass(sessions.sequencer().submit(command), then, reply::unavailable);
    }

    static boolean isNumbered(long sequence, UnaryReply<?> reply) {
        boolean numbered = sequence >= 1 && sequence < Limits.MAX_NUMBER;
        if (!numbered) {
            reply.invalid(
                    "the sequence number must be from 1 and below 2^53, but is " + Long.toUnsignedString(sequence));
        }
        return numbered;
    }

    static Origin origin(SessionRef ref, long sequence, long acknowledged) {
        return new Origin(ref.getSession(), FIRST_ATTACHMENT, sequence, acknowledged);
    }

    private static long waitNanos(AcquireRequest request) {
        return request.hasWaitNanos() ? request.getWaitNanos() : Long.MAX_VALUE;
    }

    private static Command.Acquire command(AcquireRequest request, OwnerKey key) {
        return new Command.Acquire(
                origin(request.getSession(), request.getSequence(), request.getAcknowledged()),
                request.getName(),
                key,
                CommandReader.orOne(request.getPermits()),
                CommandReader.orOne(request.getCapacity()),
                request.getLeaseNanos(),
                request.hasWaitNanos() && request.getWaitNanos() == 0 ? Command.Waiting.NEVER : Command.Waiting.QUEUE,
                CommandReader.renewing(request.getManualRenewal()),
                request.getActor());
    }
}
