@NullMarked
package io.claviger.client.ldlm;

import org.jspecify.annotations.NullMarked;
