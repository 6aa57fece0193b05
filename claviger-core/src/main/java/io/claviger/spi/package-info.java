/**
 * What a backend implements: {@link io.claviger.spi.LockBackend}, found by its
 * {@link io.claviger.spi.LockBackendProvider}.
 */
@NullMarked
package io.claviger.spi;

import org.jspecify.annotations.NullMarked;
