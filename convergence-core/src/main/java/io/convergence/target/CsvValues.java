package io.convergence.target;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The parts of a {@link CsvForm}. */
record CsvValues(
        String delimiter,
        String rowDelimiter,
        Optional<String> nullValue,
        Optional<String> noSupValue,
        boolean rfc4180,
        boolean header,
        Optional<Character> padding,
        OpColumn loadOp,
        OpColumn cdcOp,
        TransactionTimestamp transactionTimestamp,
        List<CsvLayout> layouts,
        boolean undeclaredAsText,
        boolean carriageReturnsAreData,
        boolean unterminatedLastRow)
        implements CsvForm {
    CsvValues {
        layouts = List.copyOf(layouts);
        if (delimiter.isEmpty() || rowDelimiter.isEmpty()) {
            throw refused("a delimiter is empty", "Give the ones of the endpoint");
        }
        if (delimiter.startsWith(rowDelimiter) || rowDelimiter.startsWith(delimiter)) {
            throw refused(
                    "the delimiter '" + delimiter + "' and the row delimiter '" + rowDelimiter + "' begin alike",
                    "Give two that can be told apart");
        }
        if (rfc4180 && (delimiter.contains("\"") || rowDelimiter.contains("\""))) {
            throw refused("a delimiter holds the quote character", "Choose another, or set Rfc4180=false");
        }
        if (padding.isPresent() && (padding.get() <= 0 || padding.get() > 127)) {
            throw refused("the padding character is not ASCII", "Give one that is");
        }
        if (nullValue.isPresent() && nullValue.equals(noSupValue)) {
            throw refused(
                    "CsvNullValue and CsvNoSupValue are both '" + nullValue.get() + "'",
                    "Give two texts that can be told apart");
        }
        if (nullValue.filter(String::isEmpty).isPresent()
                || noSupValue.filter(String::isEmpty).isPresent()) {
            throw refused("a marker is empty", "Leave it out to have null written as no text");
        }

        Map<Integer, CsvLayout> byWidth = new HashMap<>();
        for (CsvLayout layout : layouts) {
            CsvLayout other = byWidth.putIfAbsent(layout.width(), layout);
            if (other != null && !other.equals(layout)) {
                throw refused(
                        "two layouts have " + layout.width() + " columns, " + other.columns() + " and "
                                + layout.columns() + ", so that a row's width does not tell them apart",
                        "Read the files of each with a form of its own");
            }
        }
    }

    private static IllegalArgumentException refused(String why, String advice) {
        return new IllegalArgumentException("Cannot describe CSV files: " + why + ". " + advice + ".");
    }

    @Override
    public Builder toBuilder() {
        return new Builder(this);
    }
}
