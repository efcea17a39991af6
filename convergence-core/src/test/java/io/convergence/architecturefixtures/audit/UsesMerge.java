package io.convergence.architecturefixtures.audit;

import io.convergence.architecturefixtures.merge.Innocent;

final class UsesMerge {
    Innocent merged = new Innocent();
}
