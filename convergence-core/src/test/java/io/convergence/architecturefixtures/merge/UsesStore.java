package io.convergence.architecturefixtures.merge;

import io.convergence.architecturefixtures.store.Stored;

final class UsesStore {
    Stored one = new Stored();
}
