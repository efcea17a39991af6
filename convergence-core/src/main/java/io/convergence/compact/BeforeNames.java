package io.convergence.compact;

import io.convergence.target.RowShape;
import java.util.Map;

/** The names that columns with before-images have in files. */
final class BeforeNames {
    private BeforeNames() {}

    /** @param column of the table, which has a before-image column in the shape */
    static String of(RowShape shape, String column) {
        Map<String, String> named = shape.beforeImages();
        if (named == null) {
            return shape.beforeImagePrefix() + column + shape.beforeImageSuffix();
        }

        return named.entrySet().stream()
                .filter(entry -> entry.getValue().equals(column))
                .map(Map.Entry::getKey)
                .sorted()
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no before-image column of '" + column + "'"));
    }
}
