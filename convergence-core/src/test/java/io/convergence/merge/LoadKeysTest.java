package io.convergence.merge;

import static io.convergence.merge.Sample.GENERATION;
import static io.convergence.merge.Sample.POLICY;
import static io.convergence.merge.Sample.RUN;
import static io.convergence.merge.Sample.insert;
import static io.convergence.merge.Sample.load;
import static io.convergence.merge.Sample.move;
import static io.convergence.merge.Sample.row;
import static io.convergence.merge.Sample.update;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.Finding;
import io.convergence.change.ChangePosition;
import io.convergence.change.ChangeRecord;
import io.convergence.change.Operation;
import io.convergence.merge.MergeCounts.What;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Rows that cannot be right though each of them can be read: keys twice in a load, updates of keys that are absent. */
class LoadKeysTest {
    private static MergeResult merge(ChangeRecord... changes) {
        return ChangeMerger.of(POLICY)
                .merge(MergeInput.of(StoredRows.of(Map.of()), List.of(changes)).settled());
    }

    private static ChangeRecord loadOf(String segment, int number, long id, String a) {
        return new Sample.Row(
                Operation.INSERT,
                new ChangePosition.Load(GENERATION, segment, 1, number),
                segment + "/LOAD00000001.parquet",
                number,
                RUN.plusMillis(number),
                row(id, a, 1L, "big"),
                Map.of());
    }

    @Test
    void s10DifferentRowsOfOneKeyInOneLoadDisputeTheTableAndNameBothPlacesAndNoValue() {
        MergeResult result = merge(
                load(0, row(1, "secret", 1L, "x")), load(1, row(2, "b", 1L, "x")), load(5, row(1, "other", 1L, "x")));

        assertThat(result).isInstanceOf(MergeResult.Disputed.class);
        assertThat(result.findings())
                .containsExactly(
                        Finding.error(
                                "LOAD_KEY_TWICE",
                                "public.t",
                                "1 rows of the full load have the key [id] of another row of it and differ from that; the first are LOAD00000001.parquet row 0 and LOAD00000001.parquet row 5.",
                                "Give the key that tells the source's rows apart, with types that hold it exactly, or reload the table."));
    }

    @Test
    void aRowReadTwiceAlikeIsNoDispute() {
        MergeResult result = merge(load(0, row(1, "a", 1L, "x")), load(5, row(1, "a", 1L, "x")));

        assertThat(result).isInstanceOf(MergeResult.Merged.class);
        assertThat(result.findings()).isEmpty();
        assertThat(result.counts().of(What.LOAD_KEY_TWICE)).isZero();
    }

    @Test
    void aRowThatMovedBetweenSegmentsIsToldByTheChangeThatMovedIt() {
        MergeResult moved = merge(
                loadOf("p1", 0, 1, "before"), loadOf("p2", 3, 1, "after"), update(1, 1, row(1, "after", 1L, "big")));
        MergeResult unexplained = merge(loadOf("p1", 0, 1, "before"), loadOf("p2", 3, 1, "after"));

        assertThat(moved).isInstanceOf(MergeResult.Merged.class);
        assertThat(moved.counts().of(What.LOAD_KEY_TWICE)).isEqualTo(1);
        assertThat(moved.findings()).extracting(Finding::code).containsExactly("LOAD_ROW_MOVED");
        assertThat(((MergeResult.Merged) moved).upserts())
                .extracting(row -> row.cells().published(1))
                .containsExactly("after");
        assertThat(unexplained).isInstanceOf(MergeResult.Disputed.class);
    }

    @Test
    void s10RowsThatUpdatesMadeAreReportedThoughKeyChangesAreTracked() {
        MergeResult result = merge(
                load(0, row(1, "a", 1L, "x")),
                update(1, 1, row(8, "of nothing", 1L, "x")),
                move(2, 2, 7, row(9, "from nothing", 1L, "x")));

        assertThat(result.counts().of(What.UPDATE_OF_ABSENT)).isEqualTo(2);
        assertThat(result.findings())
                .containsExactly(Finding.warning(
                        "UPDATES_OF_ABSENT",
                        "public.t",
                        "2 rows were made by updates of keys that were absent: the load or an insert of them is missing, or they came from other keys unseen and rows are left over there (orphans).",
                        "Compare the table with the source; reload it if they differ."));
    }

    /** The load read the table after the row was gone, and the changes tell its end: normal when a load runs on. */
    @Test
    void anUpdateOfARowThatIsGoneInTheEndIsNotReported() {
        MergeResult deleted =
                merge(load(0, row(1, "a", 1L, "x")), update(1, 1, row(8, "late", 1L, "x")), Sample.delete(2, 2, 8));
        MergeResult inserted = merge(
                load(0, row(1, "a", 1L, "x")),
                update(1, 1, row(8, "late", 1L, "x")),
                insert(2, 2, row(8, "b", 1L, "x")));

        assertThat(deleted.findings()).isEmpty();
        assertThat(inserted.findings()).isEmpty();
        assertThat(deleted.counts().of(What.UPDATE_OF_ABSENT)).isEqualTo(1);
    }
}
