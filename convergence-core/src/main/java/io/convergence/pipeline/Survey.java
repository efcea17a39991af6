package io.convergence.pipeline;

import io.convergence.change.ChangeReader;
import io.convergence.change.FileProfile;
import io.convergence.compact.SourceFacts;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.ledger.RawSource;
import io.convergence.pipeline.ProgressListener.Step;
import io.convergence.raw.DeclaredLoads;
import io.convergence.raw.FileEvidence;
import io.convergence.raw.Parsed;
import io.convergence.raw.RawFile;
import io.convergence.raw.ReplayCheck;
import io.convergence.raw.TableTimeline;
import io.convergence.raw.TimelineFile;
import io.convergence.schema.Column;
import io.convergence.store.ETag;
import io.convergence.store.ObjectNotFoundException;
import io.convergence.store.ObjectStat;
import io.convergence.store.PreconditionFailedException;
import io.convergence.store.internal.KeptObjects;
import io.convergence.store.internal.Upcoming;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Lists a table's raw files and puts them in order. What was once read of a file is not read again: the log keeps it
 * for files that were applied, this object for the others. Thread-safe.
 */
final class Survey {
    private final TableSetup setup;
    private final KeptObjects raw;
    private final ChangeReader reader;
    private final ChangeReader lakeReader;
    private final RawFileLister lister;
    private final Map<Identity, FileProfile> profiles = new ConcurrentHashMap<>();
    /** Of names of columns, and of their types. */
    private final Map<List<String>, List<String>> columnNames = new ConcurrentHashMap<>();

    private final Map<List<Column>, List<Column>> columns = new ConcurrentHashMap<>();

    private record Identity(String key, ETag etag, Instant lastModified) {
        static Identity of(ObjectStat stat) {
            return new Identity(stat.key(), stat.etag(), stat.lastModified());
        }
    }

    /** Whether rows are read where only they tell what a run's start repeats (rule S3). */
    enum Replays {
        COMPARED,
        /** Also, for a change log: there a row that is taken for a replay and is none is lost. */
        COMPARED_FOR_LOG,
        /** As compaction and engines may have it: they take rows as they are, and judge none. */
        UNREAD
    }

    /** Which files are looked into. */
    private enum Depth {
        /** Those the log does not know: what it keeps of the others puts them in order. */
        UNKNOWN,
        /** Those that are not applied: the log keeps no disputes of files (rule S2), which only a merge has to do with. */
        UNAPPLIED
    }

    /**
     * @param raw the setup's, which keeps what is looked into
     * @param ledger it is told what is listed
     */
    Survey(TableSetup setup, KeptObjects raw, ChangeReader reader, ChangeReader lakeReader, Ledger ledger) {
        this.setup = setup;
        this.raw = raw;
        this.reader = reader;
        this.lakeReader = lakeReader;
        this.lister = new RawFileLister(setup, ledger);
    }

    RawFileLister lister() {
        return lister;
    }

    Landing take(LedgerSnapshot snapshot, ProgressListener listener, Replays replays) {
        KeptObjects.Period look = raw.look();
        try (look;
                Watch.Watched work = setup.watch().begin(WorkEvent.Step.SURVEY)) {
            Landing landing = listed(snapshot, listener, replays);
            work.files(landing.files().size()).done();
            return landing;
        }
    }

    private Landing listed(LedgerSnapshot snapshot, ProgressListener listener, Replays replays) {
        try {
            Map<Identity, RawSource> unread = new LinkedHashMap<>();
            Landing landing = look(lister.list(snapshot), snapshot, listener, replays, unread);
            boolean missed =
                    !unread.isEmpty() || landing.vanished().stream().anyMatch(source -> !snapshot.isExplained(source));
            // A table is not suspected by a listing that does not show everything.
            return missed && lister.listAllNext()
                    ? look(lister.list(snapshot), snapshot, listener, replays, unread)
                    : landing;
        } catch (ObjectNotFoundException | PreconditionFailedException gone) {
            // It was taken for present without being listed.
            if (!lister.listAllNext()) {
                throw gone;
            }

            return look(lister.list(snapshot), snapshot, listener, replays, new LinkedHashMap<>());
        }
    }

    /** @param unread files that were there and are gone or others, of which nothing else is known; those found here are added */
    private Landing look(
            RawFiles listing,
            LedgerSnapshot snapshot,
            ProgressListener listener,
            Replays replays,
            Map<Identity, RawSource> unread) {
        Depth depth = replays == Replays.UNREAD ? Depth.UNKNOWN : Depth.UNAPPLIED;
        setup.transactions().keep(listing.transactions());
        List<RawFile> files = new ArrayList<>(listing.all());
        Removed removed = Removed.of(setup, snapshot, files);
        files.addAll(removed.files());
        List<TimelineFile> placed = new ArrayList<>(files.size());
        Map<String, List<Column>> columnsByKey = new LinkedHashMap<>();
        Set<Identity> listed = new LinkedHashSet<>();
        Set<Identity> profiled = new LinkedHashSet<>();
        // Of applied files the log need not keep disputes: a merge commits only if no placed file has any, and each of
        // them was read here or applied before. Disputes between files are found anew from the evidence.
        List<RawFile> toRead = files.stream()
                .filter(file -> evident(file, snapshot, depth, removed).isEmpty())
                .toList();
        try (Upcoming<FileProfile> read = setup.readAhead().each(toRead, this::profile)) {
            long done = 0;
            for (RawFile file : files) {
                // By the log's own stat, so that times of different fineness do not make two files of one.
                snapshot.known(file.stat()).ifPresent(source -> listed.add(Identity.of(source.stat())));
                Optional<RawSource> evident = evident(file, snapshot, depth, removed);
                if (evident.isPresent()) {
                    placed.add(new TimelineFile(file, evident.get().evidence()));
                } else {
                    FileProfile profile;
                    try {
                        profile = read.next();
                    } catch (ObjectNotFoundException | PreconditionFailedException gone) {
                        if (!file.key().equals(gone.key())) {
                            throw gone;
                        }
                        unread.put(Identity.of(file.stat()), RawSource.of(file.stat(), FileEvidence.ofRows(0)));
                        continue;
                    }
                    profiled.add(Identity.of(file.stat()));
                    placed.add(new TimelineFile(file, profile.evidence(), profile.disputes()));
                    if (profile.evidence().rows() > 0) {
                        columnsByKey.put(file.key(), profile.columns());
                    }
                }
                listener.progress(setup.table(), Step.PROFILE, ++done, files.size());
            }
        }
        // What is applied by now stands in the log; a table that lives long must not remember every file it saw.
        if (depth == Depth.UNAPPLIED) {
            profiles.keySet().retainAll(profiled);
        }
        files.removeIf(file -> unread.containsKey(Identity.of(file.stat())));

        TableTimeline timeline = TableTimeline.of(
                setup.table(),
                placed,
                gone(snapshot, files),
                LoggedDeclarations.timeline(setup, snapshot),
                replays == Replays.UNREAD ? ReplayCheck.UNREAD : finder(snapshot, files, removed, replays));
        return new Landing(
                files,
                timeline,
                snapshot,
                vanished(snapshot, timeline, listed, files, unread),
                unread.values().stream()
                        .filter(source -> !snapshot.isExplained(source))
                        .toList(),
                removed.keys(),
                removed.rowsGone(),
                columnsByKey,
                setup.transactions().newestCommit(listing.transactions()).orElse(null),
                Stream.concat(listing.findings().stream(), snapshot.findings().stream())
                        .toList());
    }

    /** Files of changes that the log knows and that are not there: what they held still came before what is there. */
    private List<TimelineFile> gone(LedgerSnapshot snapshot, List<RawFile> files) {
        Set<String> there = files.stream().map(RawFile::key).collect(Collectors.toSet());
        Map<String, TimelineFile> gone = new LinkedHashMap<>();
        Stream.concat(snapshot.compactedSources().stream(), snapshot.appliedSources().stream())
                .filter(source -> !there.contains(source.key()))
                .forEach(source -> {
                    if (setup.layout().parse(source.stat()) instanceof Parsed.Data data
                            && data.file() instanceof RawFile.Changes) {
                        gone.put(source.key(), new TimelineFile(data.file(), source.evidence()));
                    }
                });
        return List.copyOf(gone.values());
    }

    private ReplayCheck finder(LedgerSnapshot snapshot, List<RawFile> files, Removed removed, Replays replays) {
        Set<String> there = files.stream()
                .map(RawFile::key)
                .filter(key -> !removed.rowsGone().contains(key))
                .collect(Collectors.toSet());
        boolean log = replays == Replays.COMPARED_FOR_LOG || setup.key().isEmpty();
        return new ReplayFinder(setup, reader, lakeReader, snapshot, there, log);
    }

    /** What the log knows of a file that is not looked into. */
    private Optional<RawSource> evident(RawFile file, LedgerSnapshot snapshot, Depth depth, Removed removed) {
        boolean evident = snapshot.wasApplied(file.stat())
                || snapshot.isRetired(file.stat())
                || removed.keys().contains(file.key())
                || (depth == Depth.UNKNOWN && !profiles.containsKey(Identity.of(file.stat())));
        return evident ? snapshot.known(file.stat()) : Optional.empty();
    }

    private FileProfile profile(RawFile file) {
        return file instanceof RawFile.Transaction transactions
                ? setup.transactions().profile(transactions, setup.table(), this::alone)
                : alone(file);
    }

    private FileProfile alone(RawFile file) {
        Identity identity = Identity.of(file.stat());
        FileProfile known = profiles.get(identity);
        if (known != null) {
            return known;
        }

        // Not computed in the map, which would keep readers of other files waiting.
        FileProfile profile = shared(reader.profile(file));
        profiles.put(identity, profile);
        return profile;
    }

    /** The profile with lists of columns that it shares with others: most files of a table have the same. */
    private FileProfile shared(FileProfile profile) {
        return new FileProfile(
                profile.evidence(),
                profile.disputes(),
                columnNames.computeIfAbsent(profile.columnNames(), names -> names),
                columns.computeIfAbsent(profile.columns(), list -> list),
                profile.counts(),
                profile.volume(),
                columnNames.computeIfAbsent(profile.storedTypes(), types -> types));
    }

    /** What is remembered of files, for the plan of a compaction. */
    SourceFacts facts() {
        return file -> Optional.ofNullable(profiles.get(Identity.of(file.stat())));
    }

    /** Only files of the load there is: that those of a load it replaced are gone is what a reload does. */
    private List<RawSource> vanished(
            LedgerSnapshot snapshot,
            TableTimeline timeline,
            Set<Identity> listed,
            List<RawFile> files,
            Map<Identity, RawSource> unread) {
        Map<Identity, RawSource> missing = new LinkedHashMap<>();
        snapshot.compactedSources().stream()
                .filter(source -> snapshot.isApplied(source.stat()) || belongs(source, timeline))
                .forEach(source -> missing.put(Identity.of(source.stat()), source));
        snapshot.sourcesOfEarlierLoads().forEach(source -> missing.remove(Identity.of(source.stat())));
        snapshot.appliedSources().forEach(source -> missing.put(Identity.of(source.stat()), source));
        missing.keySet().removeAll(listed);
        WaitingFiles.published(snapshot)
                .goneFrom(files)
                .forEach(source -> missing.put(Identity.of(source.stat()), source));
        Instant expired = snapshot.expiredBefore().orElse(Instant.MIN);
        unread.forEach((identity, source) -> {
            if (!snapshot.isExplained(source) && !source.lastModified().isBefore(expired)) {
                missing.put(identity, source);
            }
        });
        timeline.beginning()
                .ifPresent(beginning -> missing.values().removeIf(source -> !belongs(setup, source, beginning)));
        // A transaction file without changes of this table is none of its business.
        missing.entrySet()
                .removeIf(entry -> !unread.containsKey(entry.getKey())
                        && entry.getValue().evidence().rows() == 0
                        && isTransaction(entry.getValue()));
        return List.copyOf(missing.values());
    }

    /** Files of before a declared beginning may be gone: what they held is in the table no more. */
    static boolean belongs(TableSetup setup, RawSource source, DeclaredLoads.Beginning beginning) {
        if (setup.layout().parse(source.stat()) instanceof Parsed.Data data
                && data.file() instanceof RawFile.Changes changes) {
            return beginning.holdsAny(changes.instant(), source.evidence());
        }

        return !source.lastModified().isBefore(beginning.from());
    }

    private boolean isTransaction(RawSource source) {
        return setup.layout().parse(source.stat()) instanceof Parsed.Data data
                && data.file() instanceof RawFile.Transaction;
    }

    /** Whether a file that no merge has applied would be read for the load there is, were it still there. */
    private boolean belongs(RawSource source, TableTimeline timeline) {
        if (setup.layout().parse(source.stat()) instanceof Parsed.Data data
                && data.file() instanceof RawFile.Changes changes
                && timeline.loadStart().isPresent()) {
            return !changes.instant().isBefore(timeline.loadStart().get());
        }

        return !source.lastModified().isBefore(timeline.generation());
    }
}
