package io.claviger.cli.lynk;

import io.claviger.ClavigerException;
import io.claviger.cli.lynk.LynkArguments.Help;
import io.claviger.cli.lynk.LynkArguments.Task;
import io.claviger.cli.lynk.LynkArguments.Wrong;
import io.claviger.cli.process.OneLine;
import io.claviger.dynamodb.DynamoLayout;
import io.claviger.dynamodb.DynamoTables;
import io.claviger.dynamodb.TableCreation;
import io.claviger.dynamodb.TableEntry;
import io.claviger.dynamodb.TableOptions;
import java.io.PrintStream;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * {@code lynk}. Region, credentials and endpoint come from the environment of AWS, as for the original.
 *
 * <table>
 *   <caption>Exit status</caption>
 *   <tr><td>0<td>done, or there was nothing to do
 *   <tr><td>1<td>an error of AWS, in one line on standard error
 *   <tr><td>2<td>wrong usage
 * </table>
 *
 * <p>Unlike the original it lists all the tables and not a page of them, gives a table that exists the tag that it lacks, has tables
 * billed by the request, and answers a missing sub-command with its usage.
 */
public final class Lynk {
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    /** Opens the door to the tables. */
    interface Door {
        /**
         * Opens it. <b>Blocks</b> for some seconds at most.
         *
         * @throws ClavigerException if there is no region, or there are no credentials
         */
        DynamoTables open();
    }

    private final Door door;
    private final PrintStream out;
    private final PrintStream err;

    Lynk(Door door, PrintStream out, PrintStream err) {
        this.door = door;
        this.out = out;
        this.err = err;
    }

    /** Runs the command. <b>Blocks</b> until it is done. @return the exit status */
    public static int run(String... args) {
        return new Lynk(() -> DynamoTables.builder().open(), System.out, System.err).execute(args);
    }

    int execute(String... args) {
        LynkArguments.Meaning meaning = LynkArguments.parse(args);
        if (meaning instanceof Help help) {
            out.print(help.text());
            out.flush();
            return 0;
        }
        if (meaning instanceof Wrong wrong) {
            err.print(wrong.text());
            return USAGE;
        }
        try (DynamoTables tables = door.open()) {
            perform((Task) meaning, tables);
            return 0;
        } catch (ClavigerException | IllegalArgumentException e) {
            out.flush();
            complain(String.valueOf(e.getMessage()));
            return FAILED;
        }
    }

    private void complain(String line) {
        err.println("lynk: " + OneLine.of(line));
    }

    private void perform(Task task, DynamoTables tables) {
        switch (task.verb()) {
            case CREATE_TABLE -> create(task.table(), tables);
            case DELETE_TABLE -> delete(task.table(), tables);
            case LIST_TABLES -> list(tables);
        }
        out.flush();
    }

    private void create(String table, DynamoTables tables) {
        TableOptions options = TableOptions.of(DynamoLayout.LYNK);
        if (!tables.exists(table)) {
            say("Creating table " + table);
            TableCreation outcome = tables.create(table, options);
            say("Created");
            tell(outcome);
            return;
        }
        say("Table " + table + " already exists.");
        try {
            tell(tables.create(table, options));
        } catch (ClavigerException e) {
            // To the original it is enough that it exists.
            complain(String.valueOf(e.getMessage()));
        }
    }

    private void tell(TableCreation outcome) {
        if (outcome instanceof TableCreation.Created created) {
            created.shortcomings().forEach(this::complain);
        } else if (outcome instanceof TableCreation.Existed existed) {
            existed.shortcomings().forEach(this::complain);
        } else {
            complain(((TableCreation.Unfit) outcome).reason() + "; it was left as it is");
        }
    }

    private void delete(String table, DynamoTables tables) {
        if (!tables.exists(table)) {
            say("Table " + table + " does not exist.");
            return;
        }
        say("Deleting table " + table);
        tables.delete(table);
        say("Deleted");
    }

    private void list(DynamoTables tables) {
        AtomicInteger unread = new AtomicInteger();
        tables.forEach(table -> {
            if (table.lynk()) {
                say(table.name());
            } else if (table.tags() != TableEntry.Tags.READ) {
                unread.incrementAndGet();
            }
        });
        if (unread.get() > 0) {
            complain(
                    "the tags of " + unread + (unread.get() == 1 ? " table" : " tables")
                            + " could not be read, for want of the permissions dynamodb:DescribeTable and "
                            + "dynamodb:ListTagsOfResource or since this service has none; lock tables among them are missing here");
        }
    }

    private void say(String line) {
        out.println(line);
        // What is said before a wait must be seen before it.
        out.flush();
    }
}
