package io.convergence.architecturefixtures.raw;

final class ThrowsAnything {
    void fail() {
        throw new RuntimeException("something");
    }
}
