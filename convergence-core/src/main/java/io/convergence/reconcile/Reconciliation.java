package io.convergence.reconcile;

import static java.util.Objects.requireNonNull;

import io.convergence.TableId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The answer of a comparison.
 *
 * @param differenceCount all differences; {@code differences} holds the first of them
 * @param notCompared columns of the lake that the source's schema lacks, so that nothing was compared with them
 * @param losses what the type mapping lost, and nulls the lake cannot see: known, counted, and no differences
 */
public record Reconciliation(
        TableId table,
        long sourceRows,
        long lakeRows,
        long differenceCount,
        List<Difference> differences,
        List<String> notCompared,
        Map<Loss, Long> losses) {
    public Reconciliation {
        requireNonNull(table, "table");
        differences = List.copyOf(differences);
        notCompared = List.copyOf(notCompared);
        losses = Map.copyOf(losses);
    }

    /** Whether nothing that was compared differs; see {@link #notCompared()} for what was not. */
    public boolean equal() {
        return differenceCount == 0;
    }

    @Override
    public String toString() {
        var text = new StringBuilder(String.format(
                Locale.ROOT,
                "%s: %,d rows in the source, %,d in the lake, %,d differences",
                table,
                sourceRows,
                lakeRows,
                differenceCount));
        for (Difference difference : differences) {
            text.append("\n  ").append(difference);
        }
        if (differenceCount > differences.size()) {
            text.append("\n  and ").append(differenceCount - differences.size()).append(" more");
        }
        if (!notCompared.isEmpty()) {
            text.append("\n  not compared, because the source's schema given lacks them: ")
                    .append(String.join(", ", notCompared));
        }
        var sorted = new TreeMap<String, Long>();
        losses.forEach((loss, count) -> sorted.put(loss.toString(), count));
        sorted.forEach((loss, count) ->
                text.append("\n  known loss: ").append(count).append(" × ").append(loss));

        return text.toString();
    }
}
