/** See the interfaces of this package. */
@NullMarked
package io.claviger.local;

import org.jspecify.annotations.NullMarked;
