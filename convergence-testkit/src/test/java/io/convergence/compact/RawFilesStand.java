package io.convergence.compact;

import io.convergence.ledger.RawSource;
import io.convergence.store.ObjectStore;
import java.util.List;

/** The compactor's own look at raw files before a commit (rule L4), for writers that are simulated. */
public final class RawFilesStand {
    private RawFilesStand() {}

    /** Those that are gone or another object. */
    public static List<RawSource> changed(ObjectStore store, List<RawSource> sources) {
        var changed = new RawSourceCheck(store, sources).changed();
        return sources.stream()
                .filter(source -> changed.containsKey(source.key()))
                .toList();
    }
}
