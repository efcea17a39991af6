package io.convergence.merge;

import io.convergence.change.CellState;
import io.convergence.change.Operation;
import io.convergence.raw.FileContext;
import io.convergence.schema.DataType;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What can be told of a full load that ran while changes went on. It may have read the row of a key after changes that
 * are replayed over it, so that row need not be the one those changes speak of: the key may have been left and taken
 * again before the load came to it. Stateless but for its policy; thread-safe.
 */
final class LoadOverlap {
    /** DMS looks large objects up when it writes a change, so they may be newer than the change: they refute nothing. */
    private static final Set<DataType.Kind> LOOKED_UP =
            EnumSet.of(DataType.Kind.CLOB, DataType.Kind.NCLOB, DataType.Kind.BLOB);

    private final MergePolicy policy;
    private final RowLayout layout;

    LoadOverlap(MergePolicy policy, RowLayout layout) {
        this.policy = policy;
        this.layout = layout;
    }

    /** Whether the load may have read rows after this change. */
    boolean mayPrecedeRead(Change change) {
        if (change.isLoad() || change.position().generation().equals(FileContext.NO_LOAD)) {
            return false;
        }
        var time = change.record().timestamp();
        return policy.loadEnd().isEmpty()
                || time.isEmpty()
                || time.get().isBefore(policy.loadEnd().get());
    }

    /**
     * Keys whose loaded row may be that of an earlier or of a later row on the key, where it makes a difference: a key
     * change took the one away or brought the other.
     *
     * @param loaded rows as the load read them
     * @param changes every later change of these keys, in position order
     */
    Set<MergeKey> ambiguous(Map<MergeKey, RowCells> loaded, List<Change> changes) {
        Map<MergeKey, Story> stories = new HashMap<>();
        for (Change change : changes) {
            if (!mayPrecedeRead(change)) {
                continue;
            }
            if (loaded.containsKey(change.key())) {
                stories.computeIfAbsent(change.key(), key -> new Story()).at(change, loaded.get(change.key()));
            }
            MergeKey oldKey = change.oldKey();
            if (oldKey != null && loaded.containsKey(oldKey)) {
                stories.computeIfAbsent(oldKey, key -> new Story()).left(change);
            }
        }
        var ambiguous = new HashSet<MergeKey>();
        stories.forEach((key, story) -> {
            if (story.ambiguous()) {
                ambiguous.add(key);
            }
        });
        return ambiguous;
    }

    /** The rows that were on one key, one after the other, as far as the load may have read each of them. */
    private final class Story {
        private @Nullable String firstComing;
        private boolean startsWithComing;
        private boolean keyChanged;
        private boolean any;
        private int comings;
        private boolean firstFits;
        private boolean laterFits;

        void at(Change change, @Nullable RowCells loaded) {
            boolean moves = change.oldKey() != null;
            keyChanged |= moves;
            if (change.operation() == Operation.DELETE) {
                freed(change);
                return;
            }
            if (moves || change.operation() == Operation.INSERT) {
                if (!any) {
                    startsWithComing = true;
                    firstComing = change.transaction();
                }
                comings++;
            }
            any = true;
            if (comings > 0 && loaded != null && mayBe(loaded, change)) {
                firstFits |= comings == 1;
                laterFits |= comings > 1;
            }
        }

        void left(Change change) {
            keyChanged = true;
            freed(change);
        }

        private void freed(Change change) {
            any = true;
            if (startsWithComing && Objects.equals(firstComing, change.transaction())) {
                // The key's own row may have made room only after another had come.
                startsWithComing = false;
            }
        }

        boolean ambiguous() {
            return keyChanged && (startsWithComing ? laterFits : firstFits || laterFits);
        }
    }

    /** Whether the loaded row can be the row as this change left it. */
    private boolean mayBe(RowCells loaded, Change change) {
        for (int i = 0; i < layout.size(); i++) {
            boolean told = change.states()[i] == CellState.PRESENT || change.states()[i] == CellState.NULL;
            if (told
                    && !LOOKED_UP.contains(layout.columns().get(i).type().kind())
                    && !loaded.unknownBits().get(i)
                    && !Objects.equals(loaded.array()[i], change.values()[i])) {
                return false;
            }
        }
        return true;
    }
}
