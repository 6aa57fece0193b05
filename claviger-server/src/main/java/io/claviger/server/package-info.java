@NullMarked
package io.claviger.server;

import org.jspecify.annotations.NullMarked;
