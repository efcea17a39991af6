package io.convergence.architecturefixtures.merge;

import io.convergence.architecturefixtures.change.internal.Hidden;

final class ReachesInside {
    Hidden inside = new Hidden();
}
