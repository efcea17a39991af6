package io.convergence.merge;

import static io.convergence.merge.Sample.A;
import static io.convergence.merge.Sample.B;
import static io.convergence.merge.Sample.BIG;
import static io.convergence.merge.Sample.ID;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.change.ChangePosition;
import io.convergence.change.ChangeRecord;
import io.convergence.change.ChangeSequence;
import io.convergence.curated.ChangeLogFiles;
import io.convergence.curated.ChangeLogReader;
import io.convergence.curated.LogColumns;
import io.convergence.curated.WrittenSnapshot;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerFile;
import io.convergence.merge.MergeCounts.What;
import io.convergence.merge.MergeInput.NewestTransaction;
import io.convergence.schema.TableSchema;
import io.convergence.store.InMemoryObjectStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The append-only change log: rules S1, S3, S7, S8, S11 and S15, also as files. */
class ChangeLogPropertiesTest {
    private static final Long ONE = Long.getLong("convergence.seed");
    private static final int HISTORIES = Integer.getInteger("convergence.histories", 120);
    private static final TableSchema NARROW = Sample.SCHEMA;
    private static final TableSchema WIDE =
            new TableSchema(Sample.TABLE, List.of(ID, A, B, BIG, History.ADDED), List.of("id"));

    private final InMemoryObjectStore store = new InMemoryObjectStore(() -> Sample.GENERATION);
    private LedgerEntry.Merge published;
    private long slot = -1;
    private MergeCounts counts = MergeCounts.none();
    private final List<ChangeRecord> waiting = new ArrayList<>();

    /** Plays the pipeline's part: held files are given again. */
    private AppendResult.Appended deliver(
            TableSchema schema, List<? extends ChangeRecord> batch, NewestTransaction newest, long seed) {
        waiting.addAll(batch);
        LoggedChanges logged = published == null ? LoggedChanges.none() : ChangeLogFiles.logged(store, published);
        Instant previous = published == null ? null : published.completeThrough();
        AppendResult result = ChangeLog.of(schema).append(logged, waiting, newest, previous);
        assertThat(result).isInstanceOf(AppendResult.Appended.class);
        var appended = (AppendResult.Appended) result;
        List<LedgerFile> before = published == null ? List.of() : published.data();
        WrittenSnapshot written = ChangeLogFiles.create(store, "lake/", LogColumns.defaults(), new Random(seed ^ slot))
                .append(published, schema, appended.entries(), slot);
        slot++;
        published = written.toEntry("t" + slot, Sample.GENERATION, List.of(), appended.complete());
        assertThat(published.data().subList(0, before.size()))
                .as("files that were there are not written anew")
                .isEqualTo(before);
        waiting.removeIf(
                change -> !appended.heldFiles().contains(change.origin().key()));
        counts = counts.plus(appended.counts());
        return appended;
    }

    private List<Map<String, Object>> rows() {
        List<Map<String, Object>> rows = new ArrayList<>();
        try (ChangeLogReader reader = ChangeLogReader.open(store, published)) {
            for (Optional<RowCells> row = reader.next(); row.isPresent(); row = reader.next()) {
                Map<String, Object> cells = new LinkedHashMap<>();
                for (int i = 0; i < row.get().layout().size(); i++) {
                    cells.put(row.get().columns().get(i).name(), row.get().published(i));
                }
                rows.add(cells);
            }
        }
        return rows;
    }

    /** What a reader makes of the log: in the order of the positions, row by row. Knows nothing of the merge. */
    private static Map<Object, Map<String, Object>> replayed(List<Map<String, Object>> log) {
        List<Map<String, Object>> ordered = new ArrayList<>(log);
        ordered.sort(Comparator.comparing(row -> (String) row.get("_position")));
        Map<Object, Map<String, Object>> table = new TreeMap<>();
        for (Map<String, Object> row : ordered) {
            Object id = row.get("id");
            if (row.get("_op").equals("D")) {
                table.remove(id);
                continue;
            }
            Object before = row.get("_before_id");
            Map<String, Object> old =
                    row.get("_op").equals("I") ? Map.of() : table.getOrDefault(before == null ? id : before, Map.of());
            if (before != null) {
                table.remove(before);
            }
            String unknown = String.valueOf(row.get("_unknown"));
            Map<String, Object> cells = new LinkedHashMap<>();
            for (String name : WIDE.columnNames()) {
                cells.put(name, unknown.contains("\"" + name + "\"") ? old.get(name) : row.get(name));
            }
            table.put(id, cells);
        }
        return table;
    }

    /** S3, S11, S19: every change stands in the log once, and by position the log tells the source's rows. */
    @Test
    void s3EveryChangeOfARandomHistoryIsLoggedOnceAndTheLogTellsTheSource() {
        int replayed = 0;
        int held = 0;
        for (long seed = ONE == null ? 1 : ONE; seed <= (ONE == null ? HISTORIES : ONE); seed++) {
            var history = new History(seed, History.Life.ORDINARY);
            var random = new Random(seed);
            var log = new ChangeLogPropertiesTest();
            List<ChangeRecord> arriving = new ArrayList<>(history.changes());
            for (ChangeRecord change : history.changes()) {
                if (random.nextInt(4) == 0) {
                    int number = random.nextInt(1000);
                    arriving.add(
                            random.nextBoolean()
                                    ? change
                                    : ((Sample.Row) change)
                                            .again("again-" + number, Instant.parse("2026-01-02T00:00:00Z"), number));
                }
            }
            Collections.shuffle(arriving, random);
            for (int from = 0; from < arriving.size(); ) {
                int to = Math.min(arriving.size(), from + 1 + random.nextInt(12));
                boolean last = to == arriving.size();
                List<ChangeRecord> batch = arriving.subList(from, to);
                boolean narrow = log.published == null
                        && batch.stream().noneMatch(change -> change.image().indexOf("added") >= 0);
                log.deliver(
                        narrow ? NARROW : WIDE,
                        batch,
                        random.nextBoolean() && !last ? NewestTransaction.HOLD : NewestTransaction.SETTLED,
                        seed);
                from = to;
            }

            String as = "history " + seed + ", load " + history.load() + ", -Dconvergence.seed=" + seed;
            List<Map<String, Object>> rows = log.rows();
            Set<Object> ids = new HashSet<>();
            rows.forEach(
                    row -> assertThat(ids.add(row.get("_change_id"))).as(as).isTrue());
            assertThat(ids)
                    .as(as)
                    .isEqualTo(new HashSet<>(history.changes().stream()
                            .map(change -> change.id().text())
                            .toList()));
            replayed += (int) log.counts.of(What.REPLAYED);
            held += (int) log.counts.of(What.HELD);
            if (history.load() != History.Load.NONE) {
                Map<Object, Map<String, Object>> expected = new TreeMap<>(history.expected());
                // A load that reads a row after key changes tells other cells than its changes do: the merge knows, a
                // log does not.
                if (history.load() == History.Load.BEFORE) {
                    assertThat(replayed(rows)).as(as).isEqualTo(expected);
                }
            }
        }

        if (ONE == null) {
            assertThat(replayed).as("changes delivered again").isGreaterThan(HISTORIES);
            assertThat(held).as("changes held").isGreaterThan(HISTORIES / 4);
        }
    }

    @Test
    void s8WhatAChangeDoesNotTellIsNullAndNamed() {
        deliver(
                NARROW,
                List.of(
                        Sample.load(0, Sample.row(1, "a", 1L, null)),
                        Sample.update(1, 1, Sample.row(1, "b", null, Sample.UNKNOWN)),
                        Sample.move(2, 2, 1, Sample.row(7, "c", 2L, Sample.UNKNOWN)),
                        Sample.delete(3, 3, 7)),
                NewestTransaction.SETTLED,
                1);

        List<Map<String, Object>> rows = rows();

        assertThat(rows)
                .extracting(row -> row.get("_source") + " " + row.get("_op") + " " + row.get("id") + " " + row.get("a")
                        + " " + row.get("_unknown") + " " + row.get("_before_id") + " " + row.get("_commit_time"))
                .containsExactly(
                        "load I 1 a null null null",
                        "cdc U 1 b [\"big\"] null 2026-01-01T00:10:01",
                        "cdc U 7 c [\"big\"] 1 2026-01-01T00:10:02",
                        "cdc D 7 null [\"a\",\"b\",\"big\"] null 2026-01-01T00:10:03");
        assertThat(rows.get(1)).containsEntry("_file", Sample.file(1)).containsEntry("_row", 1L);
        assertThat(rows.get(0))
                .containsOnlyKeys(
                        "_change_id",
                        "_position",
                        "_op",
                        "_commit_time",
                        "_source",
                        "_file",
                        "_row",
                        "_unknown",
                        "_before_id",
                        "id",
                        "a",
                        "b",
                        "big");
    }

    @Test
    void s15ColumnsWidenInNewFilesAndOldOnesStay() {
        deliver(NARROW, List.of(Sample.insert(1, 1, Sample.row(1, "a", 1L, "x"))), NewestTransaction.SETTLED, 1);
        Map<io.convergence.schema.Column, Object> cells = Sample.row(2, "b", 1L, "y");
        cells.put(History.ADDED, "new");

        deliver(WIDE, List.of(Sample.insert(2, 2, cells)), NewestTransaction.SETTLED, 2);

        assertThat(rows()).extracting(row -> row.get("added")).containsExactly(null, "new");
    }

    @Test
    void aTableWithoutAKeyIsLogged() {
        var keyless = new TableSchema(Sample.TABLE, NARROW.columns(), List.of());

        deliver(
                keyless,
                List.of(
                        Sample.insert(1, 1, Sample.row(1, "same", 1L, "x")),
                        Sample.insert(2, 2, Sample.row(1, "same", 1L, "x"))),
                NewestTransaction.SETTLED,
                1);

        assertThat(rows()).hasSize(2).allMatch(row -> !row.containsKey("_before_id"));
    }

    /** S3: a file that comes late gives the run another name, by which a replay must be known all the same. */
    @Test
    void s3AReplayIsKnownThoughItsRunHasAnotherNameNow() {
        var change = (Sample.Row) Sample.insert(1, 1, Sample.row(1, "a", 1L, "x"));
        var other = (Sample.Row) Sample.insert(1, 1, Sample.row(1, "another change", 1L, "x"));
        deliver(NARROW, List.of(change), NewestTransaction.SETTLED, 1);

        deliver(NARROW, List.of(ofRun(change, 60), ofRun(other, 600)), NewestTransaction.SETTLED, 2);

        assertThat(rows()).extracting(row -> row.get("a")).containsExactly("a", "another change");
        assertThat(counts.of(What.REPLAYED)).isOne();
    }

    private static ChangeRecord ofRun(Sample.Row row, int earlier) {
        var position = (ChangePosition.Sequenced) row.position();
        return row.withPosition(new ChangePosition.Sequenced(
                position.generation(),
                position.sequence(),
                position.run().minusSeconds(earlier),
                position.fileInstant(),
                position.row()));
    }

    @Test
    void s2AnotherChangeUnderALoggedIdentityIsDisputed() {
        deliver(NARROW, List.of(Sample.insert(1, 1, Sample.row(1, "a", 1L, "x"))), NewestTransaction.SETTLED, 1);

        AppendResult result = ChangeLog.of(NARROW)
                .append(
                        ChangeLogFiles.logged(store, published),
                        List.of(Sample.insert(1, 1, Sample.row(1, "b", 1L, "x"))),
                        NewestTransaction.SETTLED,
                        null);

        assertThat(result).isInstanceOf(AppendResult.Disputed.class);
        assertThat(result.findings()).extracting(finding -> finding.code()).containsExactly("ORDER_DISPUTED");
    }

    @Test
    void s11ALateChangeIsLoggedLaterAndReported() {
        deliver(NARROW, List.of(Sample.insert(5, 5, Sample.row(1, "a", 1L, "x"))), NewestTransaction.SETTLED, 1);

        AppendResult.Appended late = deliver(
                NARROW, List.of(Sample.insert(2, 2, Sample.row(2, "late", 1L, "x"))), NewestTransaction.SETTLED, 2);

        assertThat(rows()).extracting(row -> row.get("a")).containsExactly("a", "late");
        assertThat(late.findings()).extracting(finding -> finding.code()).containsExactly("LATE_CHANGES");
        assertThat(late.completeThrough()).contains(Sample.commit(5).plusNanos(1000));
    }

    /** S1: as text the positions sort as the changes do, whatever generation, run, segment or file. */
    @Test
    void s1PositionsSortAsText() {
        var random = new Random(ONE == null ? 42 : ONE);
        List<ChangePosition> positions = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            Instant generation = Sample.GENERATION.plusMillis(random.nextInt(3));
            positions.add(
                    random.nextInt(3) == 0
                            ? new ChangePosition.Load(
                                    generation,
                                    List.of("", "a", "a-1", "ab", "b").get(random.nextInt(5)),
                                    random.nextInt(3) * 7L,
                                    random.nextInt(1000))
                            : new ChangePosition.Sequenced(
                                    generation,
                                    new ChangeSequence("20260101001000" + (10 + random.nextInt(3))
                                            + String.format("%019d", random.nextInt(5))),
                                    Sample.RUN.plusMillis(random.nextInt(3)),
                                    Sample.RUN.plusSeconds(random.nextInt(3)),
                                    random.nextInt(20)));
        }
        Map<ChangePosition, String> texts = new HashMap<>();
        positions.forEach(position -> texts.put(position, LogPosition.of(position)));

        for (ChangePosition one : positions) {
            for (ChangePosition other : positions) {
                assertThat(Integer.signum(texts.get(one).compareTo(texts.get(other))))
                        .as("%s and %s", one, other)
                        .isEqualTo(Integer.signum(one.compareTo(other)));
            }
        }
    }
}
