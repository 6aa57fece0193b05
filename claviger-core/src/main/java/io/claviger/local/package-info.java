/** Locks within one JVM, over the same machine as every server: the scheme {@code local:}. */
@NullMarked
package io.claviger.local;

import org.jspecify.annotations.NullMarked;
