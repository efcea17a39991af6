package io.convergence.architecturefixtures.ledger;

import java.time.Instant;

final class AsksTheClock {
    Instant now() {
        return Instant.now();
    }
}
