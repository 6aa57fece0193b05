/**
 * {@code lynk}, the command of the Python package of that name: it makes, lists and deletes the tables of the layout {@code lynk}, by the
 * original's texts, streams and statuses.
 */
@NullMarked
package io.claviger.cli.lynk;

import org.jspecify.annotations.NullMarked;
