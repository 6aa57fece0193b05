@NullMarked
package io.claviger.cli.process;

import org.jspecify.annotations.NullMarked;
