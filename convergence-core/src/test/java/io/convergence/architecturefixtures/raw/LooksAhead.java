package io.convergence.architecturefixtures.raw;

import io.convergence.architecturefixtures.merge.Innocent;

final class LooksAhead {
    Innocent later = new Innocent();
}
