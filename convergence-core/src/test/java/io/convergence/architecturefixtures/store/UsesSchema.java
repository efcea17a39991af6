package io.convergence.architecturefixtures.store;

import io.convergence.architecturefixtures.schema.UsesStore;

final class UsesSchema {
    UsesStore back = new UsesStore();
}
