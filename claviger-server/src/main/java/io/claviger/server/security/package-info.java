/**
 * Who may talk to the server, and how privately: TLS, the password, and what slows those who guess it. The fronts get all
 * of it from one {@link io.claviger.server.security.Guard}.
 */
@NullMarked
package io.claviger.server.security;

import org.jspecify.annotations.NullMarked;
