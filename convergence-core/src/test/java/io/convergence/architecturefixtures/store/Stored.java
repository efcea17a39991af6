package io.convergence.architecturefixtures.store;

public final class Stored {}
