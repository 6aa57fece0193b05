@NullMarked
package io.claviger.cli;

import org.jspecify.annotations.NullMarked;
