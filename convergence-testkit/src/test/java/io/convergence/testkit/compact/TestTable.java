package io.convergence.testkit.compact;

import io.convergence.TableId;
import io.convergence.change.ChangeCursor;
import io.convergence.change.ChangeReadOptions;
import io.convergence.change.ChangeReader;
import io.convergence.change.ChangeRecord;
import io.convergence.change.FileProfile;
import io.convergence.change.RowImage;
import io.convergence.change.SourceSpan;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.raw.FileContext;
import io.convergence.raw.FileEvidence;
import io.convergence.raw.LandingZone;
import io.convergence.raw.PlacedFile;
import io.convergence.raw.RawFile;
import io.convergence.raw.RawLayout;
import io.convergence.raw.TableTimeline;
import io.convergence.raw.TimelineFile;
import io.convergence.raw.TimelineOptions;
import io.convergence.schema.Column;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.target.RowShape;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** A table in a store, and its changes as plain values that can be compared. */
record TestTable(ObjectStore store, RowShape shape) {
    static final TableId ID = TableId.of("public", "orders");
    static final String RAW = "raw/public/orders/";
    static final Instant BEFORE_ALL = Instant.parse("2026-01-01T00:00:00Z");

    private static final RawLayout LAYOUT = RawLayout.detect(ID);

    /** A change with everything a reader can see of it. */
    record Fact(
            String position,
            String origin,
            String operation,
            String recorded,
            Optional<Instant> timestamp,
            String sequence,
            Map<String, String> image,
            Map<String, String> before) {}

    TableTimeline timeline() {
        ChangeReader reader = ChangeReader.create(store, ID, shape, ChangeReadOptions.defaults());
        List<TimelineFile> files = new ArrayList<>();
        for (RawFile file : rawFiles()) {
            FileProfile profile = reader.profile(file);
            files.add(new TimelineFile(file, profile.evidence(), profile.disputes()));
        }

        return TableTimeline.of(ID, files, TimelineOptions.defaults().withDeclaredLoadStart(BEFORE_ALL));
    }

    /** The timeline as a later run sees it: evidence of compacted files from the ledger, not from reading them. */
    TableTimeline timeline(LedgerSnapshot snapshot) {
        ChangeReader reader = ChangeReader.create(store, ID, shape, ChangeReadOptions.defaults());
        List<TimelineFile> files = new ArrayList<>();
        for (RawFile file : rawFiles()) {
            files.add(snapshot.known(file.stat())
                    .map(known -> new TimelineFile(file, known.evidence()))
                    .orElseGet(() -> new TimelineFile(file, reader.profile(file).evidence())));
        }

        return TableTimeline.of(ID, files, TimelineOptions.defaults().withDeclaredLoadStart(BEFORE_ALL));
    }

    /** The timeline with files that cannot be profiled, by the rows they are said to have. */
    TableTimeline timelineOf(Map<String, Long> unreadable) {
        ChangeReader reader = ChangeReader.create(store, ID, shape, ChangeReadOptions.defaults());
        List<TimelineFile> files = new ArrayList<>();
        for (RawFile file : rawFiles()) {
            Long rows = unreadable.get(file.key());
            files.add(
                    new TimelineFile(file, rows == null ? reader.profile(file).evidence() : FileEvidence.ofRows(rows)));
        }

        return TableTimeline.of(ID, files, TimelineOptions.defaults().withDeclaredLoadStart(BEFORE_ALL));
    }

    /** The timeline with evidence of another, for files that were damaged since. */
    TableTimeline timelineLike(TableTimeline other) {
        List<TimelineFile> files = new ArrayList<>();
        for (RawFile file : rawFiles()) {
            other.files().stream()
                    .filter(placed -> placed.key().equals(file.key()))
                    .forEach(placed -> files.add(new TimelineFile(file, placed.evidence())));
        }

        return TableTimeline.of(ID, files, TimelineOptions.defaults().withDeclaredLoadStart(BEFORE_ALL));
    }

    private List<RawFile> rawFiles() {
        return LandingZone.scan(store, "raw", LAYOUT).files(ID);
    }

    /** All changes by raw file, read from the raw files. */
    Map<String, List<Fact>> rawChanges(TableTimeline timeline) {
        Map<String, List<Fact>> facts = new LinkedHashMap<>();
        for (PlacedFile placed : timeline.files()) {
            facts.put(placed.key(), rawChanges(placed));
        }

        facts.values().removeIf(List::isEmpty);
        return facts;
    }

    private List<Fact> rawChanges(PlacedFile placed) {
        ChangeReader reader = ChangeReader.create(
                store, ID, shape, ChangeReadOptions.defaults().withBatchRows(5));
        return read(reader.open(placed.file(), placed.context()));
    }

    /** All changes by raw file, read from compacted files where there are such, except for those told to be read raw. */
    Map<String, List<Fact>> changes(
            ObjectStore lake, TableTimeline timeline, LedgerSnapshot snapshot, Set<String> readRaw) {
        List<ObjectStat> outputs = snapshot.compacted().stream()
                .map(output -> output.file().stat())
                .toList();
        return changes(lake, timeline, snapshot, outputs, readRaw);
    }

    /** The same, from compacted files that are not as the ledger knows them. */
    Map<String, List<Fact>> changes(
            ObjectStore lake,
            TableTimeline timeline,
            LedgerSnapshot snapshot,
            List<ObjectStat> outputs,
            Set<String> readRaw) {
        ChangeReader reader = ChangeReader.create(
                lake, ID, shape, ChangeReadOptions.defaults().withLayout(LAYOUT).withBatchRows(7));
        Map<String, FileContext> contexts = timeline.contexts();
        Map<String, List<Fact>> byFile = new LinkedHashMap<>();
        for (ObjectStat output : outputs) {
            for (Fact fact : read(reader.openCompacted(output, contexts, readRaw))) {
                byFile.computeIfAbsent(fileOf(fact), key -> new ArrayList<>()).add(fact);
            }
        }
        for (PlacedFile placed : timeline.files()) {
            if (!snapshot.isCompacted(placed.file().stat()) || readRaw.contains(placed.key())) {
                List<Fact> facts = rawChanges(placed);
                if (!facts.isEmpty()) {
                    byFile.put(placed.key(), facts);
                }
            }
        }

        Map<String, List<Fact>> inOrder = new LinkedHashMap<>();
        timeline.files().stream()
                .filter(placed -> byFile.containsKey(placed.key()))
                .forEach(placed -> inOrder.put(placed.key(), byFile.remove(placed.key())));
        inOrder.putAll(byFile);
        return inOrder;
    }

    private static String fileOf(Fact fact) {
        return fact.origin().substring(0, fact.origin().lastIndexOf(" row "));
    }

    private static List<Fact> read(ChangeCursor opened) {
        List<Fact> facts = new ArrayList<>();
        try (ChangeCursor cursor = opened) {
            for (var batch = cursor.next(); batch.isPresent(); batch = cursor.next()) {
                batch.get().forEach(record -> facts.add(fact(record)));
            }
        }

        return facts;
    }

    private static Fact fact(ChangeRecord record) {
        return new Fact(
                record.position().encode(),
                record.origin().toString(),
                record.operation().toString(),
                record.recordedOperation().map(Object::toString).orElse("none"),
                record.timestamp(),
                record.sequence().map(Object::toString).orElse("none"),
                cells(record.image()),
                record.before().map(TestTable::cells).orElse(Map.of("none", "")));
    }

    /** An absent cell and a column the file does not have are the same fact. */
    static Map<String, String> cells(RowImage image) {
        Map<String, String> cells = new TreeMap<>();
        for (int i = 0; i < image.columns().size(); i++) {
            String name = image.columns().get(i).name();
            switch (image.state(i)) {
                case PRESENT -> cells.put(name, type(image, i) + " " + image.value(i));
                case NULL -> cells.put(name, type(image, i) + " null");
                case UNKNOWN -> cells.put(name, type(image, i) + " unknown");
                case ABSENT -> {}
            }
        }

        return cells;
    }

    private static String type(RowImage image, int column) {
        Column of = image.columns().get(column);
        return of.type() + (of.nullable() ? "" : " not null");
    }

    /** The raw files a compacted file names. */
    List<SourceSpan> spans(ObjectStore lake, LedgerEntry.CompactedFile output) {
        return ChangeReader.create(lake, ID, shape, ChangeReadOptions.defaults())
                .provenance(output.file().stat());
    }

    static ObjectStat stat(ObjectStore store, String key) {
        return store.head(key).orElseThrow();
    }
}
