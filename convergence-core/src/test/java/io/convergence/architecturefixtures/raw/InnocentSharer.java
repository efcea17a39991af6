package io.convergence.architecturefixtures.raw;

import io.convergence.architecturefixtures.store.internal.Shared;

final class InnocentSharer {
    Shared shared = new Shared();
}
