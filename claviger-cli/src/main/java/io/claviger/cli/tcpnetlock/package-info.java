/**
 * The command line tools of tcpnetlock 0.1.8 by their own names: options, environment, texts and exit statuses are the
 * original's, its known faults excepted. Only the JDK is used, so that they start as fast as a bare JVM.
 *
 * <p>What a user of this package needs is {@link TnlDo}, {@link TnlClient} and {@link ServerOptions}; everything else
 * is theirs.
 */
@NullMarked
package io.claviger.cli.tcpnetlock;

import org.jspecify.annotations.NullMarked;
