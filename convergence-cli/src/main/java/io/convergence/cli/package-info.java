/** {@code convergence.jar}: the library's capabilities at a prompt, one class per command. First class to read: {@code Main}. */
@NullMarked
package io.convergence.cli;

import org.jspecify.annotations.NullMarked;
