package io.convergence.architecturefixtures.schema;

import io.convergence.architecturefixtures.merge.Innocent;

final class LeafUsesStage {
    Innocent stage = new Innocent();
}
