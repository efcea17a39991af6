package io.convergence.architecturefixtures.schema;

import io.convergence.architecturefixtures.store.Stored;

public final class UsesStore {
    Stored one = new Stored();
}
