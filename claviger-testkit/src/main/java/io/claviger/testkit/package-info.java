@NullMarked
package io.claviger.testkit;

import org.jspecify.annotations.NullMarked;
