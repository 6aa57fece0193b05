package io.claviger;

import java.time.Duration;
import java.util.Optional;

/**
 * A record of a {@link KeyValueStore}, as it stood at one moment. Immutable.
 *
 * @param version positive and below 2<sup>53</sup>; each write of the key has a greater one (SPEC K1)
 * @param timeLeft what was left of its time to live; empty = it does not end by itself
 */
public record Entry(String key, Value value, long version, Optional<Duration> timeLeft) {}
