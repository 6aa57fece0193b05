package io.claviger.cli;

import io.claviger.cli.ldlm.LdlmLock;
import io.claviger.cli.lynk.Lynk;
import io.claviger.cli.tcpnetlock.TnlClient;
import io.claviger.cli.tcpnetlock.TnlDo;

/**
 * The one entry of all programs in the distribution. Which of them runs is decided by the name that the launcher was
 * called by, as it passes it on in the system property {@value #NAME_PROPERTY}.
 *
 * <p>Only the program that runs is loaded. {@code tcpnetlock_do} stands in front of every command of a script, so it must
 * not pay for picocli, Netty or logging; and neither must {@code ldlm-lock}.
 */
public final class Main {
    /** The name that the launcher was called by; a name that is not known, or none, means {@code claviger}. */
    static final String NAME_PROPERTY = "claviger.name";

    private Main() {}

    /** Runs the program and ends the JVM with its status. */
    public static void main(String[] args) {
        switch (System.getProperty(NAME_PROPERTY, "claviger")) {
            case "tcpnetlock_do" -> TnlDo.main(args);
            case "tcpnetlock_client" -> TnlClient.main(args);
            case "ldlm-lock" -> LdlmLock.main(args);
            case "ldlm-server" -> System.exit(LdlmServer.run(args, System.getenv()));
            case "tcpnetlock_server" -> System.exit(TcpnetlockServer.run(args, System.getenv()));
            case "lynk" -> {
                QuietLogs.install();
                System.exit(Lynk.run(args));
            }
            default -> System.exit(ClavigerCommand.run(args));
        }
    }
}
