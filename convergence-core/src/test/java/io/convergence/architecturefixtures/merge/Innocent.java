package io.convergence.architecturefixtures.merge;

import io.convergence.architecturefixtures.change.Seen;
import java.nio.charset.StandardCharsets;

/** Looks only to the left, and uses of java.nio what does no I/O. */
public final class Innocent {
    Seen before = new Seen();
    byte[] bytes = "x".getBytes(StandardCharsets.UTF_8);
}
