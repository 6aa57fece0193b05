@NullMarked
package io.claviger;

import org.jspecify.annotations.NullMarked;
