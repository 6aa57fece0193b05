package io.claviger.client.ldlm;

import io.claviger.client.Moment;

/**
 * What a server answered.
 *
 * @param message the answer
 * @param connection the number of the connection over which it came
 * @param sent when the attempt that was answered was sent
 * @param isRepeat whether an earlier attempt may have been done and only its answer was lost
 */
record Reply<R>(R message, long connection, Moment sent, boolean isRepeat) {}
