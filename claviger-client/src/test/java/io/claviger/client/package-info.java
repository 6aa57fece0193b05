@NullMarked
package io.claviger.client;

import org.jspecify.annotations.NullMarked;
