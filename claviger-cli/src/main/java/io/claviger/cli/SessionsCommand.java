package io.claviger.cli;

import io.claviger.cli.Table.Align;
import io.claviger.cli.Table.Column;
import io.claviger.client.RemoteAdmin;
import io.claviger.client.RemoteAdmin.Session;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code claviger sessions}: who is connected, or may come back. */
@Command(
        name = "sessions",
        customSynopsis = "claviger sessions [OPTION]...",
        description = {"List the sessions. All that a session holds ends with it.", ""})
@SuppressWarnings({"UnusedVariable", "unused"}) // OptionSources reads the declarations, nobody the fields.
final class SessionsCommand extends AdminCommand {
    private static final List<Column> COLUMNS = List.of(
            new Column("ID", Align.LEFT),
            new Column("LABEL", Align.CUT),
            new Column("KIND", Align.LEFT),
            new Column("AGE", Align.RIGHT),
            new Column("ENDS IN", Align.RIGHT),
            new Column("CLAIMS", Align.RIGHT));

    @Mixin
    private final JsonOption json = new JsonOption();

    @Mixin
    private final ConnectionOptions connection = new ConnectionOptions();

    SessionsCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    int run(OptionSources sources) {
        try (RemoteAdmin admin = open(sources)) {
            if (isJson(sources)) {
                JsonWriter document = new JsonWriter(out());
                document.beginObject().name("sessions").beginArray();
                admin.forEachSession(session -> AdminJson.session(document, session));
                document.endArray().endObject().endDocument();
                return 0;
            }
            Table table = new Table(COLUMNS, columns());
            admin.forEachSession(session -> table.add(out(), row(session)));
            if (!table.finish(out())) {
                complain("there is no session");
            }
            return 0;
        }
    }

    private static List<String> row(Session session) {
        return List.of(
                AdminJson.id(session.id()),
                session.label(),
                AdminJson.kind(session),
                LockWords.age(session.age()),
                session.left().map(LockWords::age).orElse("-"),
                LockWords.number(session.claims()));
    }
}
