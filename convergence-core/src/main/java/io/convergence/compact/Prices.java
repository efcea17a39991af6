package io.convergence.compact;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;

/**
 * What requests cost the caller. There are no defaults: prices differ by region and contract. Immutable and thread-safe.
 *
 * @param perThousandPuts price of 1,000 requests of the class S3 bills as PUT, COPY, POST and LIST
 * @param perThousandGets price of 1,000 requests of the class S3 bills as GET and all others
 * @param currency as it is to be shown, e.g. {@code USD}
 */
public record Prices(BigDecimal perThousandPuts, BigDecimal perThousandGets, String currency) {
    public Prices {
        requireNonNull(currency, "currency");
        if (perThousandPuts.signum() < 0 || perThousandGets.signum() < 0) {
            throw new IllegalArgumentException("Cannot take " + perThousandPuts + " and " + perThousandGets
                    + " as prices of 1,000 requests: a price is negative. Give zero or more.");
        }
    }

    public BigDecimal cost(Requests requests) {
        BigDecimal puts = perThousandPuts.multiply(BigDecimal.valueOf(requests.put() + requests.list()));
        BigDecimal gets = perThousandGets.multiply(BigDecimal.valueOf(requests.get() + requests.head()));
        return puts.add(gets).movePointLeft(3);
    }

    /** The cost with its currency, e.g. {@code 0.0042 USD}. */
    String text(Requests requests) {
        BigDecimal cost = cost(requests);
        return (cost.signum() == 0 ? "0" : cost.stripTrailingZeros().toPlainString())
                + (currency.isEmpty() ? "" : " " + currency);
    }
}
