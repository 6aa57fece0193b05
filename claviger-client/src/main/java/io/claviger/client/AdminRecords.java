package io.claviger.client;

import io.claviger.client.RemoteAdmin.Claim;
import io.claviger.client.RemoteAdmin.Front;
import io.claviger.client.RemoteAdmin.Lock;
import io.claviger.client.RemoteAdmin.Report;
import io.claviger.client.RemoteAdmin.ServerStatus;
import io.claviger.client.RemoteAdmin.Session;
import io.claviger.client.RemoteAdmin.Wait;
import io.claviger.protocol.v1.ClaimInfo;
import io.claviger.protocol.v1.GetLockResponse;
import io.claviger.protocol.v1.GetStatusResponse;
import io.claviger.protocol.v1.LockInfo;
import io.claviger.protocol.v1.SessionInfo;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** From the messages of the protocol to the records of the API. */
final class AdminRecords {
    private AdminRecords() {}

    static Lock lock(LockInfo info) {
        return new Lock(
                info.getName(),
                info.getCapacity(),
                info.getAvailable(),
                info.getHoldersList().stream().map(AdminRecords::claim).toList(),
                info.getWaitersList().stream().map(AdminRecords::claim).toList(),
                info.getWaiting());
    }

    static Report report(GetLockResponse response) {
        return new Report(
                lock(response.getLock()),
                response.getSuspectedCycleList().stream()
                        .map(wait -> new Wait(wait.getWho(), wait.getName()))
                        .toList());
    }

    static Session session(SessionInfo info) {
        return new Session(
                info.getId(),
                info.getLabel(),
                info.getConnectionBound(),
                info.getAttachment(),
                Duration.ofNanos(info.getAgeNanos()),
                info.hasLeftNanos() ? Optional.of(Duration.ofNanos(info.getLeftNanos())) : Optional.empty(),
                info.getClaims());
    }

    static ServerStatus status(GetStatusResponse response) {
        return new ServerStatus(
                response.getVersion(),
                Duration.ofNanos(response.getUptimeNanos()),
                response.getDurability(),
                response.getLastIndex(),
                response.getLastToken(),
                response.getLocks(),
                response.getSessions(),
                response.getHolders(),
                response.getWaiters(),
                response.getFrontsList().stream()
                        .map(front -> new Front(front.getName(), front.getAddress(), front.getConnections()))
                        .toList(),
                response.getHeapUsed(),
                response.getHeapMax());
    }

    private static Claim claim(ClaimInfo info) {
        return new Claim(
                info.getSession(),
                info.getLabel(),
                info.getPermits(),
                info.getToken() == 0 ? OptionalLong.empty() : OptionalLong.of(info.getToken()),
                Duration.ofSeconds(info.getSeconds()),
                info.hasLeaseLeftNanos() ? Optional.of(Duration.ofNanos(info.getLeaseLeftNanos())) : Optional.empty(),
                info.getRevoked(),
                info.getActor().isEmpty() ? Optional.empty() : Optional.of(info.getActor()),
                info.getParked());
    }
}
