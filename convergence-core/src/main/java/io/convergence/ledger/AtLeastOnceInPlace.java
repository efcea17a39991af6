package io.convergence.ledger;

import static java.util.Objects.requireNonNull;

import io.convergence.raw.Parsed;
import io.convergence.raw.RawLayout;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.ObjectWriter;
import io.convergence.store.PreconditionFailedException;
import io.convergence.store.WriteCondition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * <strong>Not safe for readers.</strong> Puts a table's compacted files into DMS's own folder and deletes the raw files
 * they were made of, for readers that do nothing but list that folder.
 *
 * <p><strong>Such a reader sees rows twice</strong> if it lists between {@link #publish} and the end of {@link #retire},
 * or if the process dies there, until both are run again; and it may miss rows, or fail, if it lists before the deletes and
 * reads after them. S3 changes one key at a time, so no order of these steps avoids that. Readers that must see each row
 * once take {@link Ledger#snapshot} or a {@link SymlinkManifest}.
 *
 * <p>Only for a table DMS has stopped writing to, which the caller must {@linkplain #declareQuiesced declare}: what DMS
 * does to its folder meanwhile, a reload above all, is not kept apart from what is done here. Raw files are deleted
 * <strong>without the grace</strong> of {@link RawRetirement}, so that readers of older snapshots miss them; never LOAD files of the published load in an unversioned
 * bucket (rule L5), for which the whole is refused. The compacted files themselves stay where the log has them, and the
 * log says what is retired, so no row is lost. Copies are no data to the layout: a survey reports them as foreign objects.
 *
 * <p>Immutable; thread-safe, but for one process at a time.
 */
public final class AtLeastOnceInPlace {
    private static final int CHUNK = ObjectWriter.DEFAULT_PART_BYTES;
    private static final String NAME = "in-place-";

    private final Ledger ledger;
    private final ObjectStore rawStore;
    private final ObjectStore lakeStore;
    private final RawLayout layout;
    private final RawRetirement retirement;
    private final @Nullable String quiesced;

    private AtLeastOnceInPlace(
            Ledger ledger,
            ObjectStore rawStore,
            ObjectStore lakeStore,
            RawLayout layout,
            RawRetirement retirement,
            @Nullable String quiesced) {
        this.ledger = requireNonNull(ledger, "ledger");
        this.rawStore = requireNonNull(rawStore, "rawStore");
        this.lakeStore = requireNonNull(lakeStore, "lakeStore");
        this.layout = requireNonNull(layout, "layout");
        this.retirement = retirement;
        this.quiesced = quiesced;
    }

    /**
     * Does nothing before the table is declared quiesced.
     *
     * @param layout of the settings of the task; its folder of the table is the one that readers list
     */
    public static AtLeastOnceInPlace of(
            Ledger ledger,
            ObjectStore rawStore,
            ObjectStore lakeStore,
            RawLayout layout,
            RetirementOptions.Bucket bucket) {
        var options = RetirementOptions.byDeleting().bucket(bucket);
        var retirement = RawRetirement.of(ledger, rawStore, lakeStore, layout, options);
        return new AtLeastOnceInPlace(ledger, rawStore, lakeStore, layout, retirement, null);
    }

    /**
     * The same, with the caller's word that neither DMS nor anything else writes to the table's folder until this is done.
     *
     * @param why for example that the task was stopped, when and by whom
     */
    public AtLeastOnceInPlace declareQuiesced(String why) {
        if (why.isBlank()) {
            throw new IllegalArgumentException(
                    "Cannot take the table for quiesced: no reason is given. Say who stopped the task, and when.");
        }

        return new AtLeastOnceInPlace(ledger, rawStore, lakeStore, layout, retirement, why);
    }

    /**
     * What was copied.
     *
     * @param slot of the log
     * @param copies in the table's raw folder
     * @param sources raw files whose rows list-only readers now see twice
     * @param unfinished raw files of copies of before that the log names as retired and that are still there
     */
    public record Published(long slot, List<ObjectStat> copies, List<RawSource> sources, List<RawSource> unfinished) {
        public Published {
            copies = List.copyOf(copies);
            sources = List.copyOf(sources);
            unfinished = List.copyOf(unfinished);
        }
    }

    /**
     * Copies compacted files that are not in place yet, and finds what a run that died left to delete. Reads the whole log.
     * From now on list-only readers see rows twice.
     *
     * @throws IllegalStateException if the table is not declared quiesced, or its files show that it is not, or a raw file
     *     must not be deleted; nothing was written
     */
    public Published publish() {
        if (quiesced == null) {
            throw refused(
                    "nobody declared that its folder is not written to. Stop the task, then call declareQuiesced(…)");
        }

        LedgerSnapshot snapshot = ledger.snapshot();
        List<LedgerEntry.CompactedFile> files = new ArrayList<>();
        List<RawSource> sources = new ArrayList<>();
        for (LedgerEntry.CompactedFile file : snapshot.compacted()) {
            List<RawSource> loose = file.sources().stream()
                    .filter(source -> !snapshot.isRetired(source.stat()))
                    .toList();
            if (loose.isEmpty()) {
                continue;
            }
            if (loose.size() < file.sources().size()) {
                throw refused(
                        "'" + file.file().key()
                                + "' also holds rows of raw files that are retired, which may be in place already. Undo the compaction of it and compact the other raw files alone, which are in no file that readers list yet");
            }

            files.add(file);
            sources.addAll(loose);
        }
        requireQuiet(snapshot);
        for (RawSource source : sources) {
            if (!retirement.isDispensable(source, snapshot)) {
                throw refused(
                        "'" + source.key()
                                + "' is not applied yet, or is a LOAD file of the published load, which cannot be brought back in an unversioned bucket (rule L5). Merge first, or use a versioned bucket");
            }
        }

        List<RawSource> unfinished = unfinished(snapshot, files);
        List<ObjectStat> copies = new ArrayList<>();
        for (LedgerEntry.CompactedFile file : files) {
            copies.add(copy(file.file()));
        }
        return new Published(snapshot.slot(), copies, sources, unfinished);
    }

    /**
     * Raw files that the log names as retired, that are there, and whose rows are in place, too. Others that are retired wait
     * for a lifecycle rule, and list-only readers have their rows from nowhere else.
     *
     * @param copied compacted files that are copied now
     */
    private List<RawSource> unfinished(LedgerSnapshot snapshot, List<LedgerEntry.CompactedFile> copied) {
        Set<String> wanted = copied.stream().map(file -> key(file.file())).collect(Collectors.toSet());
        Map<String, ObjectStat> there = new HashMap<>();
        try (Stream<ObjectStat> listed = rawStore.listAll(folder() + NAME)) {
            listed.forEach(stat -> there.put(stat.key(), stat));
        }
        if (there.isEmpty()) {
            return List.of();
        }

        Set<RawSource> inPlace = new HashSet<>();
        // Live or not: files that were copied may have been joined to others since.
        for (LedgerEntry entry : ledger.entries()) {
            if (!(entry instanceof LedgerEntry.Compaction compaction)) {
                continue;
            }
            for (LedgerEntry.CompactedFile output : compaction.outputs()) {
                ObjectStat copy = there.get(key(output.file()));
                if (copy == null || wanted.contains(copy.key())) {
                    continue;
                }
                if (output.sources().stream().noneMatch(source -> snapshot.isRetired(source.stat()))) {
                    // Its raw files are all there, and their rows are copied as part of another file.
                    rawStore.deleteIfMatch(copy.key(), copy.etag());
                } else {
                    inPlace.addAll(output.sources());
                }
            }
        }
        return retirement.unfinished(snapshot).stream()
                .filter(inPlace::contains)
                .toList();
    }

    /**
     * Deletes the raw files whose rows were copied, after the log says so.
     *
     * @throws CommitConflictException if another writer committed since; nothing was deleted, and rows are there twice:
     *     publish again, which makes no other copies
     * @throws CommitStateUnknownException if it cannot be found out whether the log has it; nothing was deleted
     */
    public RawRetirement.Result retire(Published published) {
        return retirement.execute(
                new RawRetirement.Plan(published.slot(), published.sources(), published.unfinished(), List.of()));
    }

    private void requireQuiet(LedgerSnapshot snapshot) {
        try (Stream<ObjectStat> listed = rawStore.listAll(folder())) {
            listed.filter(stat -> layout.parse(stat) instanceof Parsed.Data && !snapshot.isCompacted(stat))
                    .findFirst()
                    .ifPresent(stat -> {
                        throw refused(
                                "'" + stat.key()
                                        + "' is in no compacted file, so it came or changed since the compaction. Compact it first, with the task stopped");
                    });
        }
    }

    private String folder() {
        return layout.tablePrefix(ledger.table());
    }

    /** By the compacted file alone, so that a run that died is repeated under the same name whatever the log has since. */
    private String key(LedgerFile file) {
        String digest = Digests.ofText(file.key() + "\n" + file.etag().value());
        return folder() + NAME + digest.substring(0, 32) + ".parquet";
    }

    private ObjectStat copy(LedgerFile file) {
        String key = key(file);
        try (ObjectWriter writer = ObjectWriter.open(rawStore, key, WriteCondition.ifAbsent())) {
            for (long at = 0; at < file.size(); at += CHUNK) {
                writer.write(lakeStore.read(file.stat(), at, Math.toIntExact(Math.min(CHUNK, file.size() - at))));
            }
            return writer.commit();
        } catch (PreconditionFailedException there) {
            return rawStore.head(key)
                    .filter(found -> found.size() == file.size())
                    .orElseThrow(() -> refused("'" + key + "' is there and is no copy of '" + file.key()
                            + "'. Find out who wrote it, and delete it"));
        }
    }

    private IllegalStateException refused(String why) {
        return new IllegalStateException("Cannot compact table " + ledger.table() + " in place: " + why + ".");
    }
}
