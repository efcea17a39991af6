package io.convergence.compact;

import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.ledger.RawSource;
import io.convergence.raw.PlacedFile;
import io.convergence.raw.TableTimeline;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compacted files below the band, which may be joined with others. Only those whose raw files all are in the timeline, one
 * after the other and in this order, so that the files around them are their neighbours.
 */
final class SmallCompacted {
    /** @param sources its raw files, as placed */
    record Joinable(LedgerEntry.CompactedFile file, List<PlacedFile> sources) {}

    private final Map<String, Joinable> byFirstKey = new HashMap<>();

    SmallCompacted(TableTimeline timeline, LedgerSnapshot snapshot, Sizing sizing) {
        Map<String, LedgerEntry.CompactedFile> beginning = new HashMap<>();
        for (LedgerEntry.CompactedFile file : snapshot.compacted()) {
            if (file.file().size() < sizing.smallest() && !file.sources().isEmpty()) {
                beginning.put(file.sources().get(0).key(), file);
            }
        }
        if (beginning.isEmpty()) {
            return;
        }

        List<PlacedFile> placed = timeline.files();
        for (int i = 0; i < placed.size(); i++) {
            LedgerEntry.CompactedFile file = beginning.get(placed.get(i).key());
            if (file != null && follow(placed, i, file.sources())) {
                int end = i + file.sources().size();
                if (OriginBytes.mayGrow(placed.subList(i, end), sizing.mostOrigins())) {
                    byFirstKey.put(placed.get(i).key(), new Joinable(file, new ArrayList<>(placed.subList(i, end))));
                }
                i = end - 1;
            }
        }
    }

    private static boolean follow(List<PlacedFile> placed, int at, List<RawSource> sources) {
        if (placed.size() - at < sources.size()) {
            return false;
        }

        for (int i = 0; i < sources.size(); i++) {
            PlacedFile file = placed.get(at + i);
            if (!sources.get(i).same(file.file().stat()) || !CompactionPlan.belongTogether(placed.get(at), file)) {
                return false;
            }
        }

        return true;
    }

    /** The one that begins with this raw file, if there is one. */
    @Nullable
    Joinable beginningWith(PlacedFile placed) {
        return byFirstKey.get(placed.key());
    }
}
