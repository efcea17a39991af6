package io.convergence.cli;

import io.convergence.compact.Prices;
import java.math.BigDecimal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What requests cost; there are no defaults, as prices differ by region and contract. */
final class PriceOptions {
    @Option(
            names = "--put-price",
            paramLabel = "PRICE",
            description = "Price of 1,000 PUT, COPY, POST and LIST requests; with --get-price the plan tells its cost.")
    private @Nullable BigDecimal put;

    @Option(names = "--get-price", paramLabel = "PRICE", description = "Price of 1,000 GET and other requests.")
    private @Nullable BigDecimal get;

    @Option(names = "--currency", paramLabel = "TEXT", description = "Currency of the prices (default: USD).")
    private String currency = "USD";

    /** Empty if not given. */
    Optional<Prices> prices() {
        BigDecimal perPuts = put;
        BigDecimal perGets = get;
        if (perPuts == null && perGets == null) {
            return Optional.empty();
        }
        if (perPuts == null || perGets == null) {
            throw new UsageException(
                    "Cannot tell the cost: one of the two prices is missing. Give --put-price and --get-price.");
        }

        try {
            return Optional.of(new Prices(perPuts, perGets, currency));
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }
}
