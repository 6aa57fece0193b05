@NullMarked
package io.claviger.server.security;

import org.jspecify.annotations.NullMarked;
