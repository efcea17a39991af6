package io.convergence.audit;

import io.convergence.TableId;
import io.convergence.change.ChangeReadOptions;
import io.convergence.raw.RawLayout;
import io.convergence.raw.TimelineOptions;
import io.convergence.target.RowShape;
import java.util.Optional;
import java.util.function.Function;

/** The values. */
record AuditSettings(
        RawLayout layout,
        Function<TableId, Optional<RowShape>> shapes,
        TimelineOptions timeline,
        int rowFilesPerTable,
        long rowsPerFile,
        int footersPerTable,
        int boundariesPerTable,
        ChangeReadOptions reading)
        implements AuditOptions {
    AuditSettings {
        checkCount("rowFilesPerTable", rowFilesPerTable);
        checkCount("rowsPerFile", rowsPerFile);
        checkCount("footersPerTable", footersPerTable);
        checkCount("boundariesPerTable", boundariesPerTable);
    }

    private static void checkCount(String name, long count) {
        if (count < 0) {
            throw new IllegalArgumentException(
                    "Cannot audit with " + name + " = " + count + ": give 0 or a positive number.");
        }
    }

    @Override
    public Optional<RowShape> shape(TableId table) {
        return shapes.apply(table);
    }
}
