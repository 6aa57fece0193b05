/**
 * A client of {@code ldlm.LDLM}, the protocol of LDLM: for Claviger and for original servers alike. Begin with
 * {@link io.claviger.client.ldlm.LdlmClient}.
 */
@NullMarked
package io.claviger.client.ldlm;

import org.jspecify.annotations.NullMarked;
