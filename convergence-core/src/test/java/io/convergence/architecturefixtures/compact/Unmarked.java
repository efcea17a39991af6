package io.convergence.architecturefixtures.compact;

final class Unmarked {}
