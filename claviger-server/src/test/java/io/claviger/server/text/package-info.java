/** Tests of the text front over real sockets. */
@NullMarked
package io.claviger.server.text;

import org.jspecify.annotations.NullMarked;
