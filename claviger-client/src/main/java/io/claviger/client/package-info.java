/** The client of a Claviger server: the scheme {@code claviger:}. */
@NullMarked
package io.claviger.client;

import org.jspecify.annotations.NullMarked;
