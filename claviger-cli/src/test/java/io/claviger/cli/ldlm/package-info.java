/** Tests of the programs of LDLM. */
@NullMarked
package io.claviger.cli.ldlm;

import org.jspecify.annotations.NullMarked;
