package io.convergence.testkit.ledger.simulation;

import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.RawSource;
import io.convergence.store.ETag;
import io.convergence.store.ObjectStat;
import io.convergence.store.StoredObject;
import io.convergence.testkit.ledger.simulation.RawHistory.RawId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What query engines see: never an older state after a newer one, no row twice, and none missing. */
final class ManifestJudge {
    private final World world;
    /** The live files of each slot, from before slot 0 on. */
    private final List<Map<String, LedgerEntry.CompactedFile>> history = new ArrayList<>();

    /** How often a manifest of these bytes was written. */
    private final Map<ETag, Integer> written = new HashMap<>();

    /** The object that was written last. */
    private @Nullable String key;

    private int shown;

    ManifestJudge(World world) {
        this.world = world;
        history.add(Map.of());
    }

    void slot(Map<String, LedgerEntry.CompactedFile> live) {
        history.add(Map.copyOf(live));
    }

    /** As it stands now; empty if none was ever written. */
    Optional<StoredObject> manifest() {
        return key == null ? Optional.empty() : world.truth().get(key);
    }

    static Set<String> keys(World world, StoredObject manifest) {
        String root = world.truth().description() + "/";
        return manifest.text()
                .lines()
                .map(line -> line.substring(root.length()))
                .collect(Collectors.toSet());
    }

    /**
     * @param before what stood there until now
     * @param looks of the writer, when it listed what is there
     */
    void written(StoredObject manifest, Optional<ObjectStat> before, Looks looks) {
        key = manifest.stat().key();
        Set<String> compacted = new HashSet<>();
        Set<String> tail = new HashSet<>();
        String root = world.truth().description() + "/";
        manifest.text().lines().map(line -> line.substring(root.length())).forEach(key -> {
            Set<String> kind = key.startsWith(World.RAW) ? tail : compacted;
            if (!kind.add(key)) {
                throw new Violation(Invariant.I5_READERS, "the manifest names '" + key + "' twice");
            }
        });
        int newest = -1;
        for (int i = 0; i < history.size(); i++) {
            newest = history.get(i).keySet().equals(compacted) ? i : newest;
        }
        boolean stoodTwice =
                before.filter(stat -> written.getOrDefault(stat.etag(), 0) > 1).isPresent();
        written.merge(manifest.stat().etag(), 1, Integer::sum);
        if (newest >= 0 && newest < shown && stoodTwice) {
            // An undo brought the very bytes back that the writer had read, which If-Match cannot tell from those.
            shown = newest;
        }
        if (newest < shown) {
            throw new Violation(
                    Invariant.I5_READERS,
                    "the manifest shows " + compacted + " after the state of slot " + (shown - 1) + " was shown");
        }
        for (int i = shown; i < history.size(); i++) {
            if (history.get(i).keySet().equals(compacted)) {
                shown = i;
                break;
            }
        }
        for (LedgerEntry.CompactedFile file : history.get(shown).values()) {
            for (RawSource source : file.sources()) {
                if (tail.contains(source.key()) && world.raw().isPresent(RawId.of(source))) {
                    throw new Violation(
                            Invariant.I5_READERS, "the manifest shows rows of '" + source.key() + "' twice");
                }
            }
        }
        requireWhole(history.get(shown).values(), tail, looks);
    }

    /** Rule L6: what was there when the writer listed is shown; it takes files of every schema. */
    private void requireWhole(Collection<LedgerEntry.CompactedFile> compacted, Set<String> tail, Looks looks) {
        Set<RawId> named = new HashSet<>();
        compacted.forEach(file -> file.sources().forEach(source -> named.add(RawId.of(source))));
        for (RawId id : world.raw().present()) {
            boolean listed = world.raw().arrivedAt(id) < looks.at(id.key());
            if (listed && !tail.contains(id.key()) && !named.contains(id)) {
                throw new Violation(Invariant.I5_READERS, "the manifest does not show " + id);
            }
        }
    }
}
