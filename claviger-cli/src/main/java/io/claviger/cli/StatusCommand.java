package io.claviger.cli;

import io.claviger.client.RemoteAdmin;
import io.claviger.client.RemoteAdmin.ServerStatus;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code claviger status}: what a server says of itself. */
@Command(
        name = "status",
        customSynopsis = "claviger status [OPTION]...",
        description = {"Show a server's version, fronts and counts.", ""})
@SuppressWarnings({"UnusedVariable", "unused"}) // OptionSources reads the declarations, nobody the fields.
final class StatusCommand extends AdminCommand {
    @Mixin
    private final JsonOption json = new JsonOption();

    @Mixin
    private final ConnectionOptions connection = new ConnectionOptions();

    StatusCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    int run(OptionSources sources) {
        try (RemoteAdmin admin = open(sources)) {
            ServerStatus status = admin.status();
            if (isJson(sources)) {
                JsonWriter document = new JsonWriter(out());
                AdminJson.status(document, admin.server().toString(), status);
                document.endDocument();
            } else {
                line("server", admin.server().toString());
                print(status);
            }
            return 0;
        }
    }

    private void print(ServerStatus status) {
        line("version", status.version());
        line("uptime", LockWords.age(status.uptime()));
        line(
                "durability",
                status.durability().equals("volatile") ? "volatile: a restart frees all locks" : status.durability());
        status.fronts()
                .forEach(front -> line(
                        "front " + front.name(),
                        front.address() + ", " + LockWords.counted(front.connections(), "connection")));
        line("locks", LockWords.number(status.locks()) + " in use");
        line("holders", LockWords.number(status.holders()));
        line("waiters", LockWords.number(status.waiters()));
        line("sessions", LockWords.number(status.sessions()));
        line("last index", Long.toString(status.lastIndex()));
        line("last token", Long.toString(status.lastToken()));
        line("heap", LockWords.mebibytes(status.heapUsed()) + " of " + LockWords.mebibytes(status.heapMax()));
    }

    private void line(String title, String value) {
        PrintWriter out = out();
        out.println(Printed.padRight(title, 12) + " " + Printed.of(value));
    }
}
