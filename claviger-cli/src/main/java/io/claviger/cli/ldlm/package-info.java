/**
 * The programs of LDLM by their own names: options, environment, files, texts and exit statuses are the original's, its
 * known faults excepted. {@link io.claviger.cli.ldlm.LdlmLock} is {@code ldlm-lock}, and uses the JDK only, for a quick
 * start; {@link io.claviger.cli.ldlm.ServerOptions} says what {@code ldlm-server} is to do.
 */
@NullMarked
package io.claviger.cli.ldlm;

import org.jspecify.annotations.NullMarked;
