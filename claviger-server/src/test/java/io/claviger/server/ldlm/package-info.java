/** Tests of what LDLM's requests mean. */
@NullMarked
package io.claviger.server.ldlm;

import org.jspecify.annotations.NullMarked;
