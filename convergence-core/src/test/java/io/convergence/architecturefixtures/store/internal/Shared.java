package io.convergence.architecturefixtures.store.internal;

public final class Shared {}
