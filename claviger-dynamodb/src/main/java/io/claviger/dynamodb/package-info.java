/** Locks on a DynamoDB table, without a server: the scheme {@code dynamodb:}. */
@NullMarked
package io.claviger.dynamodb;

import org.jspecify.annotations.NullMarked;
