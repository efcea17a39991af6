package io.convergence.cli;

import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.change.ChangeBatch;
import io.convergence.change.ChangeCursor;
import io.convergence.change.ChangeReadOptions;
import io.convergence.change.ChangeReader;
import io.convergence.change.FileProfile;
import io.convergence.change.RawFileException;
import io.convergence.change.ReadCounts;
import io.convergence.change.SourceSpan;
import io.convergence.raw.PlacedFile;
import io.convergence.raw.RawFile;
import io.convergence.raw.TableTimeline;
import io.convergence.raw.TimelineFile;
import io.convergence.store.ObjectStat;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A table's files in the order of its changes. Rows of a raw file come from itself or from the compacted file that
 * holds them (rule S18); what is there twice is read once. Files that cannot be read are told and left out.
 */
final class TableHistory {
    private final Input input;
    private final TableId table;
    private final Console console;
    private final TableTimeline timeline;
    /** By key of the raw file. */
    private final Map<String, Source> sources;
    /** Of all its own raw files, by their DMS columns. */
    private final ReadCounts counts;

    /**
     * Where the rows of a raw file are read.
     *
     * @param compacted empty if from the raw file itself
     */
    private record Source(RawFile file, Optional<CompactedFile> compacted) {}

    private TableHistory(
            Input input,
            TableId table,
            Console console,
            TableTimeline timeline,
            Map<String, Source> sources,
            ReadCounts counts) {
        this.input = input;
        this.table = table;
        this.console = console;
        this.timeline = timeline;
        this.sources = sources;
        this.counts = counts;
    }

    /** @param transactions their rows of the table belong to its history */
    static TableHistory of(Input input, TransactionFiles transactions, TableId table, Console console) {
        ChangeReader reader = input.reader(table, ChangeReadOptions.defaults());
        Map<String, Source> sources = new LinkedHashMap<>();
        Map<String, TimelineFile> files = new LinkedHashMap<>();
        ReadCounts counts = ReadCounts.NONE;
        for (RawFile file : input.listing().files(table)) {
            try {
                FileProfile profile = reader.profile(file);
                counts = counts.plus(profile.counts());
                files.put(file.key(), new TimelineFile(file, profile.evidence(), profile.disputes()));
                sources.put(file.key(), new Source(file, Optional.empty()));
            } catch (RawFileException e) {
                console.failed(e);
            }
        }
        transactions.historyOf(table).forEach((file, rows) -> {
            files.put(file.key(), rows);
            sources.put(file.key(), new Source(file, Optional.empty()));
        });
        for (CompactedFile compacted : input.compacted()) {
            if (compacted.table().equals(table)) {
                add(compacted, sources, files, console);
            }
        }

        TableTimeline timeline = TableTimeline.of(table, List.copyOf(files.values()), input.timeline());
        console.tell(timeline.findings());
        return new TableHistory(input, table, console, timeline, sources, counts);
    }

    private static void add(
            CompactedFile compacted, Map<String, Source> sources, Map<String, TimelineFile> files, Console console) {
        Map<String, List<RawFile>> byName = new HashMap<>();
        sources.values()
                .forEach(source -> byName.computeIfAbsent(name(source.file()), name -> new ArrayList<>())
                        .add(source.file()));
        Map<String, RawFile> rawFiles = compacted.rawFiles();
        for (SourceSpan span : compacted.spans()) {
            RawFile file = rawFiles.get(span.key());
            if (file == null) {
                console.tell(Finding.error(
                        "RAW_NAME_NOT_UNDERSTOOD",
                        compacted.stat().key(),
                        "The rows of raw file '" + span.key() + "' in it are not read: the name is none of table "
                                + compacted.table() + ".",
                        "Name the table with --table, or give the --spec the raw files were written with."));
                continue;
            }

            List<RawFile> namesakes = byName.computeIfAbsent(name(file), name -> new ArrayList<>());
            Optional<RawFile> other = namesakes.stream()
                    .filter(namesake -> sameKey(namesake, file))
                    .findFirst();
            if (other.isPresent() && sameContent(other.get().stat(), file.stat())) {
                continue;
            }
            if (other.isPresent()) {
                RawFile first = other.get();
                boolean newer = file.stat().lastModified().isAfter(first.stat().lastModified());
                console.tell(Finding.warning(
                        "RAW_FILE_TWICE",
                        span.key(),
                        "There are rows of two files of this name, stored "
                                + first.stat().lastModified() + " and "
                                + file.stat().lastModified() + "; those of the later one are read.",
                        "Give only the files of one load, raw or compacted."));
                if (!newer) {
                    continue;
                }
                sources.remove(first.key());
                files.remove(first.key());
                namesakes.remove(first);
            }
            namesakes.add(file);
            sources.put(file.key(), new Source(file, Optional.of(compacted)));
            files.put(file.key(), new TimelineFile(file, span.evidence()));
        }
    }

    /** Keys tell the same file apart from others also where one of them was listed from a folder further up. */
    private static boolean sameKey(RawFile one, RawFile other) {
        return one.key().equals(other.key())
                || one.key().endsWith("/" + other.key())
                || other.key().endsWith("/" + one.key());
    }

    private static String name(RawFile file) {
        return file.key().substring(file.key().lastIndexOf('/') + 1);
    }

    private static boolean sameContent(ObjectStat one, ObjectStat other) {
        return one.etag().equals(other.etag()) && one.size() == other.size();
    }

    /** What looking at the files' own columns told; nothing is known of cells. */
    ReadCounts counts() {
        return counts;
    }

    TableTimeline timeline() {
        return timeline;
    }

    /** Hands over every change in order. What cannot be read any further is told, and the next file is read. */
    void read(Consumer<ChangeBatch> changes) {
        read(timeline.files(), changes);
    }

    /** The same without the rows of transaction files. */
    void readOwnFiles(Consumer<ChangeBatch> changes) {
        List<PlacedFile> own = new ArrayList<>();
        for (PlacedFile file : timeline.files()) {
            Source source = sources.get(file.key());
            if (source == null || !(source.file() instanceof RawFile.Transaction)) {
                own.add(file);
            }
        }
        read(own, changes);
    }

    private void read(List<PlacedFile> files, Consumer<ChangeBatch> changes) {
        ReadCounts counts = ReadCounts.NONE;
        for (int from = 0, to; from < files.size(); from = to) {
            to = from + 1;
            Optional<CompactedFile> compacted = holder(files.get(from));
            // Files that follow each other in one compacted file are read in one go.
            while (compacted.isPresent() && to < files.size() && compacted.equals(holder(files.get(to)))) {
                to++;
            }
            try (ChangeCursor cursor =
                    compacted.isPresent() ? open(compacted.get(), files.subList(from, to)) : open(files.get(from))) {
                for (Optional<ChangeBatch> batch = cursor.next(); batch.isPresent(); batch = cursor.next()) {
                    changes.accept(batch.get());
                }
                counts = counts.plus(cursor.counts());
            } catch (RawFileException e) {
                console.failed(e);
            }
        }
        console.tell(counts.findings(table.toString()));
    }

    private Optional<CompactedFile> holder(PlacedFile file) {
        Source source = sources.get(file.key());
        return source == null ? Optional.empty() : source.compacted();
    }

    private ChangeCursor open(PlacedFile placed) {
        Source source = sources.get(placed.key());
        RawFile file = source == null ? placed.file() : source.file();
        return input.reader(table, ChangeReadOptions.defaults()).open(file, placed.context());
    }

    private ChangeCursor open(CompactedFile compacted, List<PlacedFile> wanted) {
        Set<String> skipped = new HashSet<>();
        compacted.spans().forEach(span -> skipped.add(span.key()));
        wanted.forEach(file -> skipped.remove(file.key()));
        return input.reader(table, ChangeReadOptions.defaults().withLayout(compacted.layout()))
                .openCompacted(compacted.stat(), timeline.contexts(), skipped);
    }

    /** The places of raw files, also of those inside compacted files, by key. */
    Map<String, PlacedFile> placed() {
        Map<String, PlacedFile> placed = new LinkedHashMap<>();
        timeline.files().forEach(file -> placed.put(file.key(), file));
        return placed;
    }

    List<CompactedFile> compacted() {
        List<CompactedFile> files = new ArrayList<>();
        for (CompactedFile file : input.compacted()) {
            if (file.table().equals(table)) {
                files.add(file);
            }
        }

        return files;
    }
}
