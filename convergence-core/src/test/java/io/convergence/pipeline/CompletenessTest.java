package io.convergence.pipeline;

import static io.convergence.pipeline.LandingSite.SHAPE;
import static io.convergence.pipeline.LandingSite.at;
import static io.convergence.pipeline.LandingSite.codes;
import static io.convergence.pipeline.LandingSite.insert;
import static io.convergence.pipeline.LandingSite.loaded;
import static io.convergence.pipeline.LandingSite.move;
import static io.convergence.pipeline.LandingSite.update;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.compact.CompactionOptions;
import io.convergence.curated.TableStyle;
import io.convergence.merge.MergeCounts.What;
import io.convergence.raw.TimelineOptions;
import io.convergence.target.NullOnUpdate;
import io.convergence.target.RowShape;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** S7, S11: what {@code completeThrough} promises, and what becomes of changes that break it. */
class CompletenessTest {
    private static final MergeOptions LOADED = MergeOptions.defaults().fullLoadRows(1);

    private final LandingSite site = new LandingSite();

    @Test
    void s7TheNewestTransactionIsHeldUntilALaterOneShows() {
        site.load(0, 1, loaded(-1, 1, "one"));
        site.changes(60, insert(10, 2, "whole"), insert(20, 3, "cut"));

        TableResult first = site.merge(LOADED);
        var shown = site.rows();
        TableResult waiting = site.merge(LOADED);
        site.changes(120, insert(20, 4, "the other part").counter(20_500), insert(30, 5, "newest"));
        TableResult second = site.merge(LOADED);

        assertThat(first.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(first.completeThrough()).contains(at(20));
        assertThat(first.counts().orElseThrow().of(What.HELD)).isEqualTo(1);
        assertThat(shown).containsOnlyKeys(1L, 2L);
        assertThat(waiting.state()).isEqualTo(TableState.HELD);
        assertThat(waiting.completeThrough()).contains(at(20));
        assertThat(waiting.counts().orElseThrow().of(What.REPLAYED))
                .as("what was applied of a file that is held in part")
                .isEqualTo(1);
        assertThat(second.completeThrough()).contains(at(30));
        assertThat(codes(second)).as("nothing came late").isEmpty();
        assertThat(site.rows()).containsOnlyKeys(1L, 2L, 3L, 4L);
    }

    /** It is not applied yet; but that its transaction waits must not let it be forgotten. */
    @Test
    void s14AFileWhoseNewestTransactionIsHeldIsMissedWhenItVanishes() {
        site.load(0, 1, loaded(-1, 1, "one"));
        String file = site.changes(60, insert(10, 2, "whole"), insert(20, 3, "cut"));
        site.merge(LOADED);
        site.store.delete(file);
        site.changes(120, insert(100, 4, "newest"));

        TableResult gone = site.later().merge(LOADED);
        Map<Long, String> shown = site.rows();
        site.changes(60, insert(10, 2, "whole"), insert(20, 3, "cut"));
        TableResult restored = site.later().merge(LOADED);

        assertThat(gone.state()).isEqualTo(TableState.SUSPECT);
        assertThat(codes(gone)).contains("RAW_FILE_VANISHED");
        assertThat(shown).containsOnlyKeys(1L, 2L);
        assertThat(restored.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(site.rows()).containsOnlyKeys(1L, 2L, 3L, 4L);
    }

    @Test
    void s7TheNewestTransactionCountsAsWholeAfterTheSettleTime() {
        site.load(0, 1, loaded(-1, 1, "one"));
        site.changes(60, insert(20, 2, "newest"));

        TableResult young = site.clock(659).merge(LOADED);
        TableResult settled = site.clock(660).merge(LOADED);

        assertThat(young.completeThrough()).contains(at(20));
        assertThat(settled.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(settled.completeThrough()).contains(at(20).plusNanos(1000));
        assertThat(site.rows()).containsOnlyKeys(1L, 2L);
    }

    @Test
    void s11ALateFileIsAppliedInItsPlaceAndReported() {
        site.load(0, 1, loaded(-1, 1, "one"));
        site.changes(60, insert(10, 2, "a"));
        site.changes(180, update(130, 2, "c"), insert(140, 3, "newest"));
        TableResult before = site.merge(LOADED);
        site.lateChanges(200, 120, update(70, 2, "b, stale"), insert(80, 4, "late"));

        TableResult result = site.merge(LOADED);

        assertThat(before.completeThrough()).contains(at(140));
        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(codes(result)).containsExactly("LATE_FILES", "LATE_CHANGES");
        assertThat(result.counts().orElseThrow().of(What.LATE)).isEqualTo(1);
        assertThat(result.counts().orElseThrow().of(What.STALE)).isEqualTo(1);
        assertThat(result.completeThrough())
                .as("with the late changes the table holds again all that is known")
                .contains(at(140));
        assertThat(site.rows()).isEqualTo(Map.of(1L, "one", 2L, "c", 4L, "late"));
    }

    @Test
    void s11ALateFileThatIsNotAppliedLowersCompleteThrough() {
        site.load(0, 1, loaded(-1, 1, "one"));
        site.changes(60, insert(10, 2, "a"));
        site.changes(180, insert(140, 3, "newest"));
        site.merge(LOADED);
        site.lateChanges(200, 120, update(80, 2, "late"), update(70, 2, "disputed"));

        TableResult result = site.later().merge(LOADED);

        assertThat(result.state()).isEqualTo(TableState.DISPUTED);
        assertThat(codes(result)).contains("LATE_FILES", "ORDER_DISPUTED");
        assertThat(result.completeThrough())
                .as("a change of this time is known not to be in the published table")
                .contains(at(70));
    }

    @Test
    void s7TheRestOfATransactionThatComesAfterTheSettleTimeIsLate() {
        site.load(0, 1, loaded(-1, 1, "one"));
        site.changes(60, insert(20, 2, "cut"));
        site.later().merge(LOADED);
        site.changes(5000, insert(20, 3, "the rest").counter(20_500));

        TableResult result = site.later().merge(LOADED);

        assertThat(codes(result)).containsExactly("LATE_FILES", "LATE_CHANGES");
        assertThat(site.rows()).containsOnlyKeys(1L, 2L, 3L);
    }

    @Test
    void s11ALateChangeUnderAnInheritedCellIsDecidedWithTheHistoryOfItsKeyAndReported() {
        site.shape(SHAPE.withNullOnUpdate(Map.of("name", NullOnUpdate.UNKNOWN), NullOnUpdate.NULL));
        site.load(0, 1, loaded(-1, 1, "one"));
        site.changes(60, insert(10, 2, "a"));
        site.changes(180, update(130, 2, null), insert(140, 3, "newest"));
        site.merge(LOADED);
        site.lateChanges(200, 120, update(80, 2, "late"));

        TableResult result = site.merge(LOADED);

        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(codes(result)).containsExactly("LATE_FILES", "HISTORY_READ");
        assertThat(site.rows())
                .as("the update that inherits now inherits from the late one")
                .containsEntry(2L, "late");
    }

    /** The late file names the run, so that a later change of the same hundredth of a second would seem older than it is. */
    @Test
    void s11AFirstFileThatComesLateMovesNothingOutOfOrder() {
        site.load(0, 1, loaded(-1, 1, "one"));
        site.changes(180, insert(130, 2, "cut"));
        site.later().merge();
        site.lateChanges(4000, 60, insert(10, 3, "late"));
        TableResult late = site.later().merge();
        site.changes(9000, update(130, 2, "the rest").counter(130_500), insert(8990, 4, "new"));

        TableResult rest = site.later().merge();
        TableResult again = site.merge();

        assertThat(late.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(codes(late)).containsExactly("LATE_FILES", "TABLE_REBUILT");
        assertThat(late.completeThrough()).as("no step back").contains(at(130).plusNanos(1000));
        assertThat(codes(rest)).containsExactly("LATE_FILES", "LATE_CHANGES");
        assertThat(site.rows()).isEqualTo(Map.of(1L, "one", 2L, "the rest", 3L, "late", 4L, "new"));
        assertThat(again.state()).isEqualTo(TableState.UNCHANGED);
    }

    @Test
    void s13ARebuildDoesNotHoldAgainWhatWasPublishedAsWhole() {
        site.load(0, 1, loaded(-1, 1, "one"));
        site.changes(180, insert(130, 2, "newest"));
        site.later().merge();
        site.lateChanges(4000, 60, insert(10, 3, "late"));

        TableResult result = site.merge(LOADED);

        assertThat(codes(result)).contains("TABLE_REBUILT");
        assertThat(result.completeThrough()).contains(at(130).plusNanos(1000));
        assertThat(site.rows()).containsOnlyKeys(1L, 2L, 3L);
    }

    /** Nothing of the file that the late one moves is published. */
    @Test
    void s11ALateFileBeforeOneThatIsHeldAsAWholeBuildsNothingAnew() {
        site.load(0, 1, loaded(-1, 1, "one"));
        site.changes(180, insert(130, 2, "held"));
        TableResult first = site.merge(LOADED);
        site.lateChanges(200, 60, insert(10, 3, "late"));

        TableResult late = site.merge(LOADED);
        TableResult settled = site.later().merge();

        assertThat(first.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(late.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(codes(late)).doesNotContain("TABLE_REBUILT");
        assertThat(codes(settled)).doesNotContain("TABLE_REBUILT");
        assertThat(site.rows()).isEqualTo(Map.of(1L, "one", 2L, "held", 3L, "late"));
    }

    /** Of the file that the late one moves the older changes are. */
    @Test
    void s11ALateFileBeforeOneThatIsHeldInPartBuildsTheTableAnewThroughMergesInBetween() {
        site.load(0, 1, loaded(-1, 1, "one"));
        site.changes(180, insert(120, 4, "whole"), insert(130, 2, "held"));
        site.merge(LOADED);
        site.merge(LOADED);
        site.lateChanges(200, 60, insert(10, 3, "late"));

        TableResult late = site.merge(LOADED);

        assertThat(codes(late)).contains("TABLE_REBUILT");
    }

    /** The history of a key that is read again and comes to the same row is nothing to publish. */
    @Test
    void s7ARunThatOnlyMeetsWhatIsHeldWritesNothingThoughItReadsHistory() {
        site.shape(SHAPE.withNullOnUpdate(Map.of("name", NullOnUpdate.UNKNOWN), NullOnUpdate.NULL));
        site.load(0, 1, loaded(-1, 1, "one"));
        site.changes(60, insert(10, 2, "a"), update(11, 2, null), update(12, 2, null), insert(20, 3, "held"));
        site.merge(LOADED);
        var stored = site.stored();

        TableResult result = site.merge(LOADED);

        assertThat(result.state()).isEqualTo(TableState.HELD);
        assertThat(site.stored()).isEqualTo(stored);
        assertThat(site.rows()).isEqualTo(Map.of(1L, "one", 2L, "a"));
    }

    @Test
    void s18CompactionBetweenMergesChangesNothing() {
        site.load(0, 1, loaded(-1, 1, "one"));
        site.changes(60, insert(10, 2, "a"), insert(20, 3, "held"));
        site.merge(LOADED);
        site.changes(120, update(100, 2, "b"), move(110, 3, 33, "moved"));
        var compaction = CompactionOptions.builder().settled().build();
        int compacted = site.lake()
                .table(LandingSite.ORDERS)
                .compact(compaction, ProgressListener.none())
                .filesBefore();

        TableResult result = site.later().merge();
        TableResult again = site.later().merge();

        assertThat(compacted).as("a file applied in part and a new one").isEqualTo(2);
        assertThat(result.filesRead()).isEqualTo(1);
        assertThat(codes(result)).isEmpty();
        assertThat(site.rows()).isEqualTo(Map.of(1L, "one", 2L, "b", 33L, "moved"));
        assertThat(again.state()).isEqualTo(TableState.UNCHANGED);
    }

    /** Nothing tells how far such a table is complete, but its applied files tell what cannot be cut any more. */
    @ParameterizedTest
    @CsvSource({"false, false", "false, true", "true, false", "true, true"})
    void s7S11WithoutATimestampColumnNothingThatIsAppliedIsHeldAgainWhenItsHistoryIsRead(
            boolean softDelete, boolean newestInTheMiddle) {
        MergeOptions style = MergeOptions.defaults().style(softDelete ? TableStyle.softDelete() : TableStyle.current());
        site.shape(RowShape.plain()
                        .withSequenceColumn("seq")
                        .withBeforeImage("before_", "")
                        .withNullOnUpdate(Map.of("name", NullOnUpdate.UNKNOWN), NullOnUpdate.NULL))
                .timeline(TimelineOptions.defaults().withDeclaredLoadStart(at(-10)));
        site.load(0, 1, loaded(-1, 1, "one"));
        site.changes(60, insert(10, 2, "a"));
        double ends = newestInTheMiddle ? 129.5 : 130;
        site.changes(
                180,
                insert(129, 5, "five"),
                update(130, 2, null),
                insert(ends, 6, "six").counter(130_500));
        site.later().merge(style);
        site.lateChanges(9000, 120, update(80, 2, "late"), insert(85, 4, "due"));

        TableResult result = site.merge(style);

        assertThat(result.state()).as(result.toString()).isEqualTo(TableState.PUBLISHED);
        assertThat(codes(result)).containsExactly("HISTORY_READ");
        assertThat(result.completeThrough()).isEmpty();
        assertThat(site.rows()).isEqualTo(Map.of(1L, "one", 2L, "late", 4L, "due", 5L, "five", 6L, "six"));
    }
}
