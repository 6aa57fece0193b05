@NullMarked
package io.claviger.cli.tcpnetlock;

import org.jspecify.annotations.NullMarked;
