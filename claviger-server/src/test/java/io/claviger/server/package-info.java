/** Tests of sequencer, assembly and configuration. */
@NullMarked
package io.claviger.server;

import org.jspecify.annotations.NullMarked;
