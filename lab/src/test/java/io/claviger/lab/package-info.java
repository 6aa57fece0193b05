@NullMarked
package io.claviger.lab;

import org.jspecify.annotations.NullMarked;
