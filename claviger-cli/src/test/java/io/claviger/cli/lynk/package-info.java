@NullMarked
package io.claviger.cli.lynk;

import org.jspecify.annotations.NullMarked;
