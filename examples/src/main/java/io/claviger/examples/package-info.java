/** The Java examples of the documents. Whoever learns may begin with {@code ReadmeExamples}. */
@NullMarked
package io.claviger.examples;

import org.jspecify.annotations.NullMarked;
