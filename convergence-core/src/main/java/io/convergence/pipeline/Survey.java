package io.convergence.pipeline;

import io.convergence.Finding;
import io.convergence.change.ChangeReader;
import io.convergence.change.FileProfile;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.ledger.RawSource;
import io.convergence.pipeline.ProgressListener.Step;
import io.convergence.raw.LandingZone;
import io.convergence.raw.RawFile;
import io.convergence.raw.RawListing;
import io.convergence.raw.TableTimeline;
import io.convergence.raw.TimelineFile;
import io.convergence.store.ETag;
import io.convergence.store.ObjectStat;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Lists a table's raw files and puts them in order. What was once read of a file is not read again: the log keeps it
 * for files that were compacted or applied, this object for the others. Thread-safe.
 */
final class Survey {
    private final TableSetup setup;
    private final ChangeReader reader;
    private final Map<Identity, FileProfile> profiles = new ConcurrentHashMap<>();

    private record Identity(String key, ETag etag, Instant lastModified) {
        static Identity of(ObjectStat stat) {
            return new Identity(stat.key(), stat.etag(), stat.lastModified());
        }
    }

    Survey(TableSetup setup, ChangeReader reader) {
        this.setup = setup;
        this.reader = reader;
    }

    Landing take(LedgerSnapshot snapshot, ProgressListener listener) {
        RawListing listing = LandingZone.scan(setup.rawStore(), setup.rawPrefix(), setup.layout());
        List<RawFile> files = listing.files(setup.table());
        List<TimelineFile> placed = new ArrayList<>(files.size());
        Set<Identity> listed = new LinkedHashSet<>();
        long done = 0;
        for (RawFile file : files) {
            Optional<RawSource> known = snapshot.known(file.stat());
            if (known.isPresent()) {
                // By the log's own stat, so that times of different fineness do not make two files of one.
                listed.add(Identity.of(known.get().stat()));
                placed.add(new TimelineFile(file, known.get().evidence()));
            } else {
                FileProfile profile =
                        profiles.computeIfAbsent(Identity.of(file.stat()), identity -> reader.profile(file));
                placed.add(new TimelineFile(file, profile.evidence(), profile.disputes()));
            }
            listener.progress(setup.table(), Step.PROFILE, ++done, files.size());
        }

        TableTimeline timeline = TableTimeline.of(setup.table(), placed, setup.timeline());
        return new Landing(files, timeline, snapshot, vanished(snapshot, listed), findings(listing));
    }

    private List<RawSource> vanished(LedgerSnapshot snapshot, Set<Identity> listed) {
        Map<Identity, RawSource> missing = new LinkedHashMap<>();
        for (Collection<RawSource> sources : List.of(snapshot.compactedSources(), snapshot.appliedSources())) {
            sources.forEach(source -> missing.put(Identity.of(source.stat()), source));
        }
        missing.keySet().removeAll(listed);
        return List.copyOf(missing.values());
    }

    /** Those of this table, and those about objects nobody can assign to a table. */
    private List<Finding> findings(RawListing listing) {
        return listing.findings();
    }
}
