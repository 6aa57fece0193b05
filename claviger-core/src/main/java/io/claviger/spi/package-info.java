/** See the interfaces of this package. */
@NullMarked
package io.claviger.spi;

import org.jspecify.annotations.NullMarked;
