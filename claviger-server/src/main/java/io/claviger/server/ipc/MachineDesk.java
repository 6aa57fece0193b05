package io.claviger.server.ipc;

import io.claviger.engine.Command;
import io.claviger.engine.Command.Urgency;
import io.claviger.engine.Event;
import io.claviger.engine.LockMachine;
import io.claviger.engine.LockView;
import io.claviger.engine.LockView.ClaimView;
import io.claviger.engine.OwnerKey;
import io.claviger.server.Sequencer;
import io.claviger.server.ipc.IpcAnswer.Holder;
import io.claviger.server.ipc.IpcRequest.ListHolders;
import io.claviger.server.ipc.IpcRequest.Unlock;
import io.claviger.server.ipc.IpcRequest.Which;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The desk of a server: looks at the locks of all fronts, and takes them from their holders at once (S7 is for those who
 * can wait: an administrator who comes here has decided). Thread-safe.
 */
public final class MachineDesk implements LockDesk {
    private static final Logger log = LoggerFactory.getLogger(MachineDesk.class);

    private static final IpcAnswer INVALID_KEY = new IpcAnswer.Refused("invalid lock key");
    private static final IpcAnswer NO_SUCH_LOCK = new IpcAnswer.NoSuchLock();

    private final Sequencer sequencer;

    /** Makes a desk for the locks behind a sequencer. */
    public MachineDesk(Sequencer sequencer) {
        this.sequencer = sequencer;
    }

    @Override
    public CompletionStage<IpcAnswer> answer(IpcRequest request) {
        if (request instanceof ListHolders list) {
            log.info("Handling IPC ListLocks request");
            return sequencer.query(machine -> page(machine, list));
        }
        Unlock unlock = (Unlock) request;
        log.atInfo().addKeyValue("lock", unlock.name()).log("Handling IPC Unlock request");
        return sequencer
                .query(machine -> decide(machine, unlock))
                .thenCompose(decided -> decided.command()
                        .map(command -> revoke(command, unlock))
                        .orElseGet(() -> CompletableFuture.completedFuture(decided.answer())));
    }

    /** What to do about a request: a command, or nothing but the answer. */
    private record Decision(Optional<Command> command, IpcAnswer answer) {
        static Decision only(IpcAnswer answer) {
            return new Decision(Optional.empty(), answer);
        }

        static Decision revoke(Unlock request, Optional<OwnerKey> key, IpcAnswer ifGone) {
            return new Decision(Optional.of(new Command.Revoke(request.name(), key, Urgency.NOW)), ifGone);
        }
    }

    private static Decision decide(LockMachine machine, Unlock request) {
        if (!machine.isInUse(request.name())) {
            return Decision.only(NO_SUCH_LOCK);
        }
        if (request.which() == Which.ALL) {
            return Decision.revoke(request, Optional.empty(), NO_SUCH_LOCK);
        }
        if (request.which() == Which.BY_KEY) {
            Optional<OwnerKey> key = OwnerKey.parse(request.key())
                    .filter(given -> machine.nameHeldBy(given)
                            .filter(request.name()::equals)
                            .isPresent());
            return key.isPresent() ? Decision.revoke(request, key, INVALID_KEY) : Decision.only(INVALID_KEY);
        }
        List<ClaimView> holders =
                machine.lock(request.name(), 0).map(LockView::holders).orElse(List.of());
        if (holders.size() == 1) {
            return Decision.revoke(request, Optional.of(holders.get(0).key()), NO_SUCH_LOCK);
        }
        return Decision.only(new IpcAnswer.Refused("it has " + holders.size()
                + " holders: name one of them by its key, which 'list' shows, or all of them with --all"));
    }

    private CompletionStage<IpcAnswer> revoke(Command command, Unlock request) {
        return sequencer.submit(command).thenApply(done -> {
            int count = done instanceof Event.Revoked revoked ? revoked.count() : 0;
            log.atInfo()
                    .addKeyValue("lock", request.name())
                    .addKeyValue("holders", count)
                    .log("Unlocked over IPC");
            if (count > 0) {
                return new IpcAnswer.Unlocked(count);
            }
            // It ended between the look and the command.
            return request.which() == Which.BY_KEY ? INVALID_KEY : NO_SUCH_LOCK;
        });
    }

    private static IpcAnswer page(LockMachine machine, ListHolders from) {
        PageBuilder page = new PageBuilder();
        if (from.afterToken() > 0) {
            machine.lock(from.afterName(), 0).ifPresent(lock -> page.add(lock, from.afterToken()));
        }
        if (!page.more) {
            // One name more than a page can have, to see whether there are others.
            for (LockView lock : machine.locks("", from.afterName(), IpcLimits.PAGE_HOLDERS + 1, 0)) {
                page.add(lock, 0);
                if (page.more) {
                    break;
                }
            }
        }
        return new IpcAnswer.Page(List.copyOf(page.holders), page.more);
    }

    private static final class PageBuilder {
        final List<Holder> holders = new ArrayList<>();
        boolean more;
        private long bytes;

        void add(LockView lock, long afterToken) {
            int nameBytes = lock.name().getBytes(StandardCharsets.UTF_8).length;
            for (ClaimView claim : lock.holders()) {
                if (claim.token() <= afterToken) {
                    continue;
                }
                if (holders.size() == IpcLimits.PAGE_HOLDERS || bytes >= IpcLimits.PAGE_BYTES) {
                    more = true;
                    return;
                }
                String key = claim.key().text();
                holders.add(new Holder(lock.name(), key, lock.capacity(), claim.token()));
                bytes += nameBytes + key.length();
            }
        }
    }
}
