/**
 * What the wires of LDLM mean, whichever carries them: gRPC and REST translate their calls into those of an {@link
 * io.claviger.server.ldlm.LdlmSession}, which checks them in LDLM's order, and answers with LDLM's codes and texts.
 */
@NullMarked
package io.claviger.server.ldlm;

import org.jspecify.annotations.NullMarked;
