/**
 * Commands that run under a lock: how they are found, started, signalled and, with all they started themselves, ended.
 * Shared by all tools that run commands. Only the JDK is used, so that the tools start as fast as a bare JVM.
 */
@NullMarked
package io.claviger.cli.process;

import org.jspecify.annotations.NullMarked;
