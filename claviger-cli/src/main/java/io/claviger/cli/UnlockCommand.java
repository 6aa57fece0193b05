package io.claviger.cli;

import io.claviger.client.RemoteAdmin;
import io.claviger.client.RemoteAdmin.Grants;
import io.claviger.client.RemoteAdmin.Urgency;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code claviger unlock}: takes grants back. What it takes back is read from the command line alone: within {@code claviger
 * run} the environment has a CLAVIGER_KEY and a CLAVIGER_TOKEN, which are not meant for this.
 */
@Command(
        name = "unlock",
        customSynopsis = "claviger unlock [OPTION]... NAME (--key K | --token T | --all)",
        description = {
            "Take a lock back from those who hold it. They are told at once; the lock passes on when they confirm that they"
                    + " stopped, or when their validity has ended.",
            ""
        })
@SuppressWarnings({"UnusedVariable", "unused"}) // OptionSources reads the declarations, nobody the fields.
final class UnlockCommand extends AdminCommand {
    private static final String UUID = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}";

    /** The labels that the server gives to LDLM's clients. */
    private static final Pattern LDLM = Pattern.compile("LDLM (REST )?client.*");

    private static final String COMMAND_LINE_ONLY = " Only on the command line.";

    @Option(
            names = "--key",
            paramLabel = "K",
            description = "The grant of this key, as CLAVIGER_KEY tells it." + COMMAND_LINE_ONLY)
    private @Nullable String key;

    @Option(
            names = "--token",
            paramLabel = "T",
            description = "The grant with this token, as 'show' tells it." + COMMAND_LINE_ONLY)
    private @Nullable String token;

    @Option(
            names = "--all",
            arity = OptionValue.FLAG_ARITY,
            preprocessor = AttachedFlag.class,
            fallbackValue = "true",
            paramLabel = OptionValue.TRUE_OR_FALSE,
            description = "All grants of the name. Those who wait go on waiting." + COMMAND_LINE_ONLY)
    private @Nullable String all;

    @Option(
            names = "--now",
            arity = OptionValue.FLAG_ARITY,
            preprocessor = AttachedFlag.class,
            fallbackValue = "true",
            paramLabel = OptionValue.TRUE_OR_FALSE,
            description = "Pass the lock on at once, although its holder may still be at work." + COMMAND_LINE_ONLY)
    private @Nullable String now;

    @Mixin
    private final ConnectionOptions connection = new ConnectionOptions();

    @Parameters(arity = "0..*", paramLabel = "NAME", description = "The lock's name.")
    private List<String> names = List.of();

    UnlockCommand(Surroundings surroundings) {
        super(surroundings);
    }

    /** Which grants, and how a message names one of them that is not there. */
    private record Choice(Grants grants, String absent) {}

    @Override
    int run(OptionSources sources) {
        String name = oneName(names, "unlock");
        Choice choice = choice(sources);
        boolean atOnce = sources.ofCommandLine("now").map(OptionValue::flag).orElse(false);
        try (RemoteAdmin admin = open(sources)) {
            int count = admin.unlock(name, choice.grants(), atOnce ? Urgency.NOW : Urgency.WHEN_SAFE);
            if (count == 0) {
                complain(LockWords.quoted(name)
                        + (admin.lock(name).isPresent()
                                ? " is in use, but " + choice.absent()
                                : " is free; nothing to take back"));
                return NOTHING;
            }
            out().println("took back " + LockWords.counted(count, "grant") + " of " + LockWords.quoted(name)
                    + (atOnce
                            ? ", passed on at once"
                            : "; each ends when its holder confirms, or when its validity has ended"));
            if (!atOnce) {
                tellOfTheDeaf(admin.lock(name));
            }
            return 0;
        }
    }

    /** A client of LDLM has no way to be told. Without a lock timeout its validity never ends either. */
    private void tellOfTheDeaf(Optional<RemoteAdmin.Report> report) {
        long deaf = report.stream()
                .flatMap(found -> found.lock().holders().stream())
                .filter(holder -> holder.revoked()
                        && holder.leaseLeft().isEmpty()
                        && LDLM.matcher(holder.label()).matches())
                .count();
        if (deaf > 0) {
            out().flush();
            complain(LockWords.counted(deaf, "holder")
                    + (deaf == 1
                            ? " cannot be told, being a client of LDLM, and has no lock timeout: the lock stays until it unlocks"
                                    + " or its session ends"
                            : " cannot be told, being clients of LDLM, and have no lock timeout: the lock stays until they unlock"
                                    + " or their sessions end")
                    + "; --now passes it on at once");
        }
    }

    private static Choice choice(OptionSources sources) {
        Optional<OptionValue> key = sources.ofCommandLine("key");
        Optional<OptionValue> token = sources.ofCommandLine("token");
        Optional<OptionValue> all = sources.ofCommandLine("all").filter(OptionValue::flag);
        if (Stream.of(key, token, all).filter(Optional::isPresent).count() != 1) {
            throw new BadOptionException("say which grants to take back, by one of --key K, --token T and --all");
        }
        if (key.isPresent()) {
            String text = key.get().text();
            if (!text.matches(UUID)) {
                // The key is a secret, so the line does not repeat it.
                throw new BadOptionException("--key: that is no key such as 123e4567-e89b-42d3-a456-426614174000");
            }
            return new Choice(Grants.ofKey(text), "no grant of it has that key");
        }
        if (token.isPresent()) {
            long number = token(token.get());
            return new Choice(Grants.ofToken(number), "no grant of it has token " + number);
        }
        return new Choice(Grants.all(), "nobody holds it");
    }

    private static long token(OptionValue value) {
        if (!value.text().matches("[1-9][0-9]{0,17}")) {
            throw value.bad("is no token, which is a whole number above 0");
        }
        return Long.parseLong(value.text());
    }
}
