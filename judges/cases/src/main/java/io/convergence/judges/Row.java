package io.convergence.judges;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row's cells in the order of the case's columns: Boolean, BigInteger, BigDecimal with the column's scale, Float, Double,
 * String (bytes as base64), LocalDate, LocalTime, LocalDateTime, or null.
 */
public record Row(List<@Nullable Object> cells) {
    public Row {
        cells = Collections.unmodifiableList(new ArrayList<>(cells));
    }
}
