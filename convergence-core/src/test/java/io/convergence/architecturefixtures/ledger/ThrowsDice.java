package io.convergence.architecturefixtures.ledger;

final class ThrowsDice {
    double dice() {
        return Math.random();
    }
}
