package io.convergence.audit;

import static java.util.Objects.requireNonNull;

import io.convergence.change.ChangeReadOptions;
import io.convergence.target.RowShape;

/**
 * How one file is inspected. Immutable.
 *
 * @param shape what is known of its columns; what it leaves open is recognised by what the columns hold
 * @param mostRows rows read at most
 */
public record InspectionOptions(RowShape shape, long mostRows, ChangeReadOptions reading) {
    public InspectionOptions {
        requireNonNull(shape, "shape");
        requireNonNull(reading, "reading");
        if (mostRows < 0) {
            throw new IllegalArgumentException("Cannot read " + mostRows + " rows: give 0 or a positive number.");
        }
    }

    /** Nothing known, all rows, {@link ChangeReadOptions#defaults()}. */
    public static InspectionOptions defaults() {
        return new InspectionOptions(RowShape.plain(), Long.MAX_VALUE, ChangeReadOptions.defaults());
    }

    public InspectionOptions withShape(RowShape known) {
        return new InspectionOptions(known, mostRows, reading);
    }

    public InspectionOptions withMostRows(long rows) {
        return new InspectionOptions(shape, rows, reading);
    }

    public InspectionOptions withReading(ChangeReadOptions limits) {
        return new InspectionOptions(shape, mostRows, limits);
    }
}
