package io.convergence.pipeline;

import io.convergence.merge.MergeKey;
import java.util.List;
import java.util.Locale;

/**
 * How a reload would change the published table. Only keys are named, never other cells. Immutable; thread-safe.
 *
 * @param before keys published
 * @param after keys of the new load with its changes
 * @param appeared keys that are new
 * @param changed keys whose row differs in a column that both have
 * @param vanished keys that the new load does not have
 * @param appearing the first keys that are new, in key order
 * @param changing the first keys whose rows differ
 * @param vanishing the first keys that vanish
 * @param columnsAdded columns that only the new table has
 * @param columnsGone columns that only the published table has
 */
public record ReloadPreview(
        long before,
        long after,
        long appeared,
        long changed,
        long vanished,
        List<MergeKey> appearing,
        List<MergeKey> changing,
        List<MergeKey> vanishing,
        List<String> columnsAdded,
        List<String> columnsGone) {
    /** Examples of each kind that are named if nobody asks for more. */
    public static final int DEFAULT_EXAMPLES = 10;

    public ReloadPreview {
        appearing = List.copyOf(appearing);
        changing = List.copyOf(changing);
        vanishing = List.copyOf(vanishing);
        columnsAdded = List.copyOf(columnsAdded);
        columnsGone = List.copyOf(columnsGone);
    }

    /** The share of published keys that vanish; 0 if none is published. */
    public double vanishedShare() {
        return before == 0 ? 0 : (double) vanished / before;
    }

    /** Keys whose rows stay as they are. */
    public long unchanged() {
        return before - vanished - changed;
    }

    @Override
    public String toString() {
        var text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "reload: %,d keys become %,d\n  %,d appear%s\n  %,d change%s\n  %,d vanish (%.1f %%)%s\n  %,d stay\n",
                before,
                after,
                appeared,
                examples(appeared, appearing),
                changed,
                examples(changed, changing),
                vanished,
                vanishedShare() * 100,
                examples(vanished, vanishing),
                unchanged()));
        if (!columnsAdded.isEmpty()) {
            text.append("  columns added: ")
                    .append(String.join(", ", columnsAdded))
                    .append('\n');
        }
        if (!columnsGone.isEmpty()) {
            text.append("  columns gone: ")
                    .append(String.join(", ", columnsGone))
                    .append('\n');
        }
        return text.toString();
    }

    private static String examples(long all, List<MergeKey> keys) {
        if (keys.isEmpty()) {
            return "";
        }
        List<String> names = keys.stream().map(MergeKey::toString).toList();
        return ": " + String.join(" ", names) + (all > keys.size() ? " …" : "");
    }
}
