package io.claviger.dynamodb;

/**
 * What a table is made like. It costs by the request; nothing has to be provisioned.
 *
 * @param layout who is to use it
 * @param pointInTimeRecovery whether it can be restored as of any second of the last weeks
 * @param deletionProtection whether it cannot be deleted until that is switched off
 */
public record TableOptions(DynamoLayout layout, boolean pointInTimeRecovery, boolean deletionProtection) {
    /** A table of that layout, without recovery and protection. */
    public static TableOptions of(DynamoLayout layout) {
        return new TableOptions(layout, false, false);
    }

    /** The same, and it can be restored as of any second of the last weeks. */
    public TableOptions withPointInTimeRecovery() {
        return new TableOptions(layout, true, deletionProtection);
    }

    /** The same, and it cannot be deleted until that is switched off. */
    public TableOptions withDeletionProtection() {
        return new TableOptions(layout, pointInTimeRecovery, true);
    }
}
