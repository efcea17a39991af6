package io.convergence.testkit.histories;

import io.convergence.change.ChangeSequence;
import io.convergence.pipeline.ReplaysInMemory;
import io.convergence.raw.FileEvidence;
import io.convergence.raw.PlacedFile;
import io.convergence.raw.RawFile;
import io.convergence.raw.RawFormat;
import io.convergence.raw.TableTimeline;
import io.convergence.raw.TimelineFile;
import io.convergence.raw.TimelineOptions;
import io.convergence.store.ETag;
import io.convergence.store.ObjectStat;
import io.convergence.testkit.histories.History.Piece;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the product's timeline makes of the changes that came, in the files they came in: which of them are replays (rule S3), and
 * whether the table may go on.
 */
record PureTimeline(TableTimeline.State state, Set<Piece> replays) {
    private record Row(Piece piece, PureChange change) {}

    /** @param arrived changes of one load, which is not among them */
    static PureTimeline of(Map<Piece, PureChange> arrived, Handling handling) {
        Map<Instant, List<Row>> files = new TreeMap<>();
        arrived.forEach((piece, change) -> files.computeIfAbsent(change.file(), file -> new ArrayList<>())
                .add(new Row(piece, change)));
        List<TimelineFile> listed = new ArrayList<>();
        Map<String, List<Row>> byKey = new HashMap<>();
        files.forEach((instant, rows) -> {
            rows.sort(Comparator.comparingLong(row -> row.change().origin().row()));
            String key = rows.get(0).change().origin().key();
            byKey.put(key, rows);
            ObjectStat stat = ObjectStat.of(key, 1, new ETag("\"" + key + "\""), instant);
            listed.add(new TimelineFile(
                    new RawFile.Cdc(PureChange.TABLE, stat, RawFormat.PARQUET, instant), evidence(rows)));
        });
        var compared = new ReplaysInMemory(
                key -> byKey.get(key).stream().map(Row::change).toList());
        TableTimeline timeline = TableTimeline.of(
                PureChange.TABLE,
                listed,
                List.of(),
                TimelineOptions.defaults(),
                boundary -> handling.verdict(compared.at(boundary)));
        Set<Piece> replays = new HashSet<>();
        for (PlacedFile file : timeline.files()) {
            for (Row row : byKey.get(file.key())) {
                if (row.change().origin().row() < file.replayedRows()) {
                    replays.add(row.piece());
                }
            }
        }
        return new PureTimeline(timeline.state(), replays);
    }

    private static FileEvidence evidence(List<Row> rows) {
        Instant smallest = Instant.MAX;
        Instant largest = Instant.MIN;
        for (Row row : rows) {
            Instant time = row.change().time();
            smallest = time.isBefore(smallest) ? time : smallest;
            largest = time.isAfter(largest) ? time : largest;
        }
        return new FileEvidence(rows.size(), sequence(rows.get(0)), sequence(rows.get(rows.size() - 1)), smallest, largest);
    }

    private static String sequence(Row row) {
        return row.change().sequence().map(ChangeSequence::text).orElseThrow();
    }

    boolean isReady() {
        return state == TableTimeline.State.READY;
    }
}
