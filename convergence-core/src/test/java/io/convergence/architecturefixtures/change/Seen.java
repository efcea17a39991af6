package io.convergence.architecturefixtures.change;

public final class Seen {}
