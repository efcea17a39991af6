package io.convergence.testkit.dms;

import org.jspecify.annotations.Nullable;

/** Makes the cells of one column of the values PostgreSQL gives as text. */
@FunctionalInterface
interface CellSource {
    /**
     * A value as {@link PlainValues} takes it; null only where a lossy case was counted.
     *
     * @throws ExpressionException if a rule asks for what cannot be had
     */
    @Nullable
    Object convert(String text);
}
