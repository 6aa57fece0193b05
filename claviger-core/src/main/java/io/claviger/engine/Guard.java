package io.claviger.engine;

/**
 * A condition of a write: it is done only while a grant is held.
 *
 * @param name the name that must be held
 * @param token the token of the grant
 */
public record Guard(String name, long token) {}
