/** JSON as this library needs it: one document in memory, strict, and with limits. For codecs of values, and for backends. */
@NullMarked
package io.claviger.json;

import org.jspecify.annotations.NullMarked;
