package io.convergence.architecturefixtures.raw;

final class Prints {
    void print() {
        System.out.println("x");
    }
}
