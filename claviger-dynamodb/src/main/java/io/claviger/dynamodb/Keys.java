package io.claviger.dynamodb;

import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Which item of a table a key means. */
interface Keys {
    Map<String, AttributeValue> of(String key);

    /** Where the key is the one key attribute of the table. */
    static Keys whole() {
        return key -> Map.of(Table.KEY, AttributeValue.fromS(key));
    }

    /** The records of a partition of dynalock's. */
    static Keys records(String partition) {
        return key -> Map.of(
                DynalockRecord.ID, AttributeValue.fromS(partition), DynalockRecord.NAME, AttributeValue.fromS(key));
    }

    /** The same for locks, with what draws tokens in a partition of its own, where no listing meets it. */
    static Keys locks(String partition) {
        Keys records = records(partition);
        Keys fences = records(partition + DynalockRecord.FENCES);
        return key ->
                key.startsWith(Layout.RESERVED) ? fences.of(key.substring(Layout.RESERVED.length())) : records.of(key);
    }
}
