package io.claviger.lab;

import io.claviger.Lease;
import io.claviger.LockClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long a waiter waits for the name of a process that is killed or stopped. {@code how=kill}: SIGKILL, for holders
 * whose session ends with their connection. {@code how=stop}: SIGSTOP, for holders with a lease; once the waiter has the
 * name, the holder goes on and must find out before it acts.
 */
public final class HolderDeath {
    private static final String USAGE =
            "HolderDeath how=kill|stop at=URI holder-at=URI [lease=0 (ms)] [times=10] [out=FILE]";
    private static final long PATIENCE_SECONDS = 60;

    /** Long enough for a few renewals, and not in step with them. */
    private static final long HOLD_MILLIS = 1_300;

    private static final Pattern VERDICT =
            Pattern.compile("lost returned_after_pause=(\\d+) told_before=(\\w+) told=(\\w+) reason=(\\w+)");

    private final String how;
    private final HolderOptions holder;
    private final String out;

    private HolderDeath(String how, HolderOptions holder, String out) {
        this.how = how;
        this.holder = holder;
        this.out = out;
    }

    /** Runs the experiments; the exit status is 1 if a resumed holder thought it could go on, 2 for wrong options. */
    public static void main(String[] words) {
        Load.main("HolderDeath", USAGE, () -> {
            Arguments given = new Arguments(words);
            String how = how(given.text("how"));
            String at = given.text("at");
            HolderOptions holder =
                    new HolderOptions(given.text("holder-at"), "mortal", given.number("lease", 0, 0, 3_600_000));
            long times = given.number("times", 10, 1, 10_000);
            HolderDeath death = new HolderDeath(how, holder, given.text("out", ""));
            given.finish();
            return () -> death.repeat(at, times);
        });
    }

    private static String how(String text) {
        if (!text.equals("kill") && !text.equals("stop")) {
            throw new IllegalArgumentException("how is kill or stop, not '" + text + "'");
        }
        return text;
    }

    private boolean repeat(String at, long times)
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        try (LockClient client = LockClient.connect(at)) {
            client.lock(holder.name()).acquire().release();
            boolean sound = true;
            for (long i = 0; i < times; i++) {
                sound &= once(client);
            }
            return sound;
        }
    }

    private boolean once(LockClient client)
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        Process process = new ProcessBuilder(command())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader says =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            expect(says, MortalHolder.HELD);
            CompletableFuture<Lease> waiting = client.lock(holder.name()).acquireAsync();
            TimeUnit.MILLISECONDS.sleep(HOLD_MILLIS);
            if (waiting.isDone()) {
                throw new IllegalStateException("the waiter has a name that is held");
            }
            long from = System.nanoTime();
            signal(process);
            Lease lease = waiting.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            JsonLine line = new JsonLine()
                    .put("how", how)
                    .put("lease_ms", holder.leaseMillis())
                    .put("granted_after_ms", (System.nanoTime() - from) / 1e6);
            boolean sound = how.equals("kill") || resume(process, says, line);
            lease.release();
            line.print(out);
            return sound;
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    /** Lets the stopped holder go on, which is not the holder any more, and reads what it has seen. */
    private static boolean resume(Process process, BufferedReader says, JsonLine line)
            throws IOException, InterruptedException {
        send("CONT", process);
        Matcher verdict = VERDICT.matcher(expect(says, MortalHolder.LOST));
        if (!verdict.matches()) {
            throw new IOException("the holder's last line is not understood");
        }
        line.put("returned_after_pause", Long.parseLong(verdict.group(1)))
                .put("told_before_checkpoint", verdict.group(2))
                .put("told", verdict.group(3))
                .put("reason", verdict.group(4));
        return verdict.group(1).equals("0") && verdict.group(3).equals("true");
    }

    private List<String> command() {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                MortalHolder.class.getName()));
        command.addAll(List.of(holder.words()));
        return command;
    }

    private void signal(Process process) throws IOException, InterruptedException {
        if (how.equals("kill")) {
            process.destroyForcibly();
        } else {
            send("STOP", process);
        }
    }

    private static void send(String signal, Process process) throws IOException, InterruptedException {
        int status = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
        if (status != 0) {
            throw new IOException("kill -" + signal + " failed");
        }
    }

    private static String expect(BufferedReader says, String word) throws IOException {
        for (String line = says.readLine(); line != null; line = says.readLine()) {
            if (line.startsWith(word + " ")) {
                return line;
            }
        }
        throw new IOException("the holder ended before it said '" + word + "'");
    }
}
