package io.convergence.pipeline;

import io.convergence.ledger.LedgerSnapshot;
import io.convergence.ledger.RawSource;
import io.convergence.raw.Parsed;
import io.convergence.raw.RawFile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Raw files that are gone as the log says they may be: retired, or declared expired. They keep their place in the table's
 * history, so that generation, runs and positions stay what they were. Immutable.
 *
 * @param files as the log knows them
 * @param rowsGone keys of those whose rows are in no file any more, only in the published table
 */
record Removed(List<RawFile> files, Set<String> keys, Set<String> rowsGone) {
    static Removed of(TableSetup setup, LedgerSnapshot snapshot, List<RawFile> listed) {
        Set<String> there = listed.stream().map(RawFile::key).collect(Collectors.toSet());
        Map<String, RawSource> gone = new LinkedHashMap<>();
        for (RawSource source : snapshot.retiredSources()) {
            if (!there.contains(source.key()) && snapshot.isCompacted(source.stat())) {
                gone.put(source.key(), source);
            }
        }
        Instant expired = snapshot.expiredBefore().orElse(null);
        if (expired != null) {
            List<RawSource> known = new ArrayList<>(snapshot.compactedSources());
            known.addAll(snapshot.appliedSources());
            known.stream()
                    .filter(source -> source.lastModified().isBefore(expired) && !there.contains(source.key()))
                    .forEach(source -> gone.put(source.key(), source));
        }
        List<RawFile> files = new ArrayList<>();
        Set<String> keys = new LinkedHashSet<>();
        Set<String> rowsGone = new LinkedHashSet<>();
        for (RawSource source : gone.values()) {
            if (setup.layout().parse(source.stat()) instanceof Parsed.Data data) {
                files.add(data.file());
                keys.add(source.key());
                if (!snapshot.isCompacted(source.stat())) {
                    rowsGone.add(source.key());
                }
            }
        }
        return new Removed(List.copyOf(files), Set.copyOf(keys), Set.copyOf(rowsGone));
    }
}
