package io.convergence.ledger;

import io.convergence.Finding;
import io.convergence.store.ObjectStore;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Files that would be deleted but that projections still show to engines, each with one that does. Immutable. */
record ShownFiles(SortedMap<String, Projection> files) {
    static ShownFiles among(List<Projection> projections, ObjectStore store, Collection<String> keys) {
        var files = new TreeMap<String, Projection>();
        if (!keys.isEmpty()) {
            for (Projection projection : projections) {
                Set<String> shown = projection.shown(store, keys);
                shown.forEach(key -> files.put(key, projection));
            }
        }
        return new ShownFiles(files);
    }

    boolean has(String key) {
        return files.containsKey(key);
    }

    /** One for each projection that is behind. */
    List<Finding> findings() {
        return files.values().stream()
                .distinct()
                .map(projection -> {
                    List<String> kept = files.entrySet().stream()
                            .filter(file -> file.getValue() == projection)
                            .map(Map.Entry::getKey)
                            .toList();
                    return Finding.warning(
                            "STILL_SHOWN",
                            kept.get(0),
                            kept.size() + " files that could go are still named by " + projection.description()
                                    + ", the first is this.",
                            "They were kept. Show the projection anew (Projection.show), then run this again.");
                })
                .toList();
    }
}
