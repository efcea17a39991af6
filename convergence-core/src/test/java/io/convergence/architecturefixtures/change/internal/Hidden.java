package io.convergence.architecturefixtures.change.internal;

public final class Hidden {}
