/** Configuration files: flat mappings, read as they are written. */
@NullMarked
package io.claviger.cli.yaml;

import org.jspecify.annotations.NullMarked;
