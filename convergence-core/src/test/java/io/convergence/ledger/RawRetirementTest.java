package io.convergence.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.Finding;
import io.convergence.raw.RawLayout;
import io.convergence.store.ObjectStat;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** L5: raw files are retired only when asked, late, and never so that a row is in no file. */
class RawRetirementTest {
    private static final Duration TWO_DAYS = Duration.ofHours(48);
    private static final String CDC = "20240612-103027362.parquet";
    private static final String LATER_CDC = "20240612-113027362.parquet";
    private static final String LOAD = "LOAD00000001.parquet";

    private final LakeFiles lake = new LakeFiles();

    @Test
    void l5RawFilesAreDeletedTwoDaysAfterTheirCompactionAndTheLogSaysSoFirst() {
        ObjectStat old = lake.raw(CDC);
        lake.compact(List.of(), old);
        lake.pass(TWO_DAYS.plusSeconds(2));
        ObjectStat young = lake.raw(LATER_CDC);
        lake.compact(List.of(), young);
        ObjectStat tail = lake.raw("20240612-123027362.parquet");
        RawRetirement retirement = deleting(RetirementOptions.Bucket.UNVERSIONED);

        RawRetirement.Result result = retirement.execute(retirement.plan());

        assertThat(result.retired()).extracting(RawSource::key).containsExactly(old.key());
        assertThat(lake.store.head(old.key())).isEmpty();
        assertThat(lake.store.head(young.key())).isPresent();
        assertThat(lake.store.head(tail.key())).isPresent();
        assertThat(lake.ledger.snapshot().isRetired(old)).isTrue();
        assertThat(retirement.plan().isEmpty()).isTrue();
    }

    /** Engines read what the manifest names, and nobody wrote it since the compaction. */
    @Test
    void l6RawFilesThatAManifestStillNamesStayUntilItIsShownAnew() {
        ObjectStat named = lake.raw(CDC);
        SymlinkManifest manifest =
                SymlinkManifest.of(lake.ledger, lake.store, lake.store, lake.store, "athena", Ledger.Backoff.none());
        manifest.show(() -> TableFiles.of(lake.ledger.snapshot(), List.of(named), stat -> true));
        ObjectStat later = lake.raw(LATER_CDC);
        lake.compact(List.of(), named, later);
        lake.pass(TWO_DAYS.plusSeconds(2));
        RawRetirement retirement =
                deleting(RetirementOptions.Bucket.UNVERSIONED).shownBy(manifest);

        RawRetirement.Result behind = retirement.execute(retirement.plan());
        manifest.show(() -> TableFiles.of(lake.ledger.snapshot(), List.of(named), stat -> true));
        RawRetirement.Result shown = retirement.execute(retirement.plan());

        assertThat(behind.retired()).extracting(RawSource::key).containsExactly(later.key());
        assertThat(behind.findings())
                .containsExactly(Finding.warning(
                        "STILL_SHOWN",
                        named.key(),
                        "1 files that could go are still named by symlink manifest 'athena/public/orders/manifest' in memory://store, the first is this.",
                        "They were kept. Show the projection anew (Projection.show), then run this again."));
        assertThat(shown.retired()).extracting(RawSource::key).containsExactly(named.key());
        assertThat(shown.findings()).isEmpty();
    }

    /** Those that a retirement without the manifest left, too. */
    @Test
    void l6WhatARetirementThatDiedLeftStaysAsLongAsItIsNamed() {
        ObjectStat named = lake.raw(CDC);
        SymlinkManifest manifest =
                SymlinkManifest.of(lake.ledger, lake.store, lake.store, lake.store, "athena", Ledger.Backoff.none());
        manifest.show(() -> TableFiles.of(lake.ledger.snapshot(), List.of(named), stat -> true));
        lake.compact(List.of(), named);
        lake.pass(TWO_DAYS.plusSeconds(2));
        RawRetirement retirement =
                deleting(RetirementOptions.Bucket.UNVERSIONED).shownBy(manifest);
        lake.ledger.commit(new LedgerEntry.Retirement("died", 0, List.of(LakeFiles.source(named))));

        assertThat(retirement.plan().unfinished()).isEmpty();
        manifest.show(() -> TableFiles.of(lake.ledger.snapshot(), List.of(named), stat -> true));
        assertThat(retirement.plan().unfinished()).hasSize(1);
    }

    @Test
    void l5LoadFilesOfThePublishedLoadStayInAnUnversionedBucket() {
        ObjectStat load = lake.raw(LOAD);
        ObjectStat cdc = lake.raw(CDC);
        lake.compact(List.of(), load, cdc);
        lake.merge(1, load, cdc);
        lake.pass(TWO_DAYS.plusSeconds(2));

        assertThat(deleting(RetirementOptions.Bucket.UNVERSIONED).plan().newly())
                .extracting(RawSource::key)
                .containsExactly(cdc.key());
        assertThat(deleting(RetirementOptions.Bucket.VERSIONED).plan().newly())
                .extracting(RawSource::key)
                .containsExactly(load.key(), cdc.key());
        lake.merge(2, lake.raw("another"));
        assertThat(deleting(RetirementOptions.Bucket.UNVERSIONED).plan().newly())
                .extracting(RawSource::key)
                .containsExactly(load.key(), cdc.key());
    }

    @Test
    void l5AFileTheLayoutDoesNotKnowMayBeOfTheLoadAndStays() {
        ObjectStat unknown = lake.raw("part-1.parquet");
        ObjectStat cdc = lake.raw(CDC);
        lake.compact(List.of(), unknown, cdc);
        lake.pass(TWO_DAYS.plusSeconds(2));

        assertThat(deleting(RetirementOptions.Bucket.UNVERSIONED).plan().newly())
                .extracting(RawSource::key)
                .containsExactly(cdc.key());
    }

    @Test
    void aFileThatNoMergeHasAppliedStaysIfTheTableIsMerged() {
        ObjectStat applied = lake.raw(CDC);
        ObjectStat pending = lake.raw(LATER_CDC);
        lake.compact(List.of(), applied, pending);
        lake.merge(1, applied);
        lake.pass(TWO_DAYS.plusSeconds(2));

        assertThat(deleting(RetirementOptions.Bucket.UNVERSIONED).plan().newly())
                .extracting(RawSource::key)
                .containsExactly(applied.key());
    }

    @Test
    void rawFilesStayIfTheirCompactedFileIsGone() {
        LedgerFile output = lake.compact(List.of(), lake.raw(CDC));
        lake.pass(TWO_DAYS.plusSeconds(2));
        lake.store.delete(output.key());

        RawRetirement.Plan plan = deleting(RetirementOptions.Bucket.UNVERSIONED).plan();

        assertThat(plan.isEmpty()).isTrue();
        assertThat(plan.findings()).extracting(Finding::code).containsExactly("COMPACTED_FILE_GONE");
    }

    @Test
    void aFileWrittenAnewIsKeptAndReported() {
        ObjectStat old = lake.raw(CDC);
        lake.compact(List.of(), old);
        lake.pass(TWO_DAYS.plusSeconds(2));
        RawRetirement retirement = deleting(RetirementOptions.Bucket.UNVERSIONED);
        RawRetirement.Plan plan = retirement.plan();
        lake.raw(CDC);

        RawRetirement.Result result = retirement.execute(plan);

        assertThat(result.retired()).isEmpty();
        assertThat(result.findings()).extracting(Finding::code).containsExactly("RAW_FILE_KEPT");
        assertThat(lake.store.head(old.key())).isPresent();
    }

    @Test
    void aRetirementThatDiedAfterItsEntryIsFinishedByTheNext() {
        ObjectStat old = lake.raw(CDC);
        lake.compact(List.of(), old);
        lake.pass(TWO_DAYS.plusSeconds(2));
        lake.ledger.commit(new LedgerEntry.Retirement("died", 0, List.of(LakeFiles.source(old))));
        RawRetirement retirement = deleting(RetirementOptions.Bucket.UNVERSIONED);

        RawRetirement.Result result = retirement.execute(retirement.plan());

        assertThat(result.retired()).extracting(RawSource::key).containsExactly(old.key());
        assertThat(lake.ledger.entries()).hasSize(2);
        assertThat(retirement.execute(retirement.plan()).retired()).isEmpty();
    }

    @Test
    void byTagTheObjectStaysAndKeepsItsOtherTags() {
        ObjectStat old = lake.raw(CDC);
        lake.store.setTags(old.key(), Map.of("team", "orders"));
        lake.compact(List.of(), old);
        lake.pass(TWO_DAYS.plusSeconds(2));
        RawRetirement retirement = tagging();

        retirement.execute(retirement.plan());

        assertThat(lake.store.tags(old.key()))
                .isEqualTo(Map.of("team", "orders", RetirementOptions.TAG, RetirementOptions.TAG_VALUE));
        assertThat(retirement.plan().isEmpty()).isTrue();
    }

    @Test
    void aTagThatHitANewObjectIsTakenOffByTheNextRun() {
        ObjectStat old = lake.raw(CDC);
        lake.compact(List.of(), old);
        lake.pass(TWO_DAYS.plusSeconds(2));
        lake.ledger.commit(new LedgerEntry.Retirement("died", 0, List.of(LakeFiles.source(old))));
        lake.raw(CDC);
        lake.store.setTags(old.key(), Map.of(RetirementOptions.TAG, RetirementOptions.TAG_VALUE));
        RawRetirement retirement = tagging();

        RawRetirement.Result result = retirement.execute(retirement.plan());

        assertThat(result.findings()).extracting(Finding::code).containsExactly("RAW_FILE_KEPT");
        assertThat(lake.store.tags(old.key())).isEmpty();
    }

    /** A reader between undo and second compaction has the raw file in its tail. */
    @Test
    void theGraceBeginsAnewWhenAnUndoHasMadeARawFileLive() {
        ObjectStat raw = lake.raw(CDC);
        lake.compact(List.of(), raw);
        lake.pass(TWO_DAYS.plusSeconds(2));
        LedgerUndo undo = LedgerUndo.of(lake.ledger, lake.store, lake.store);
        undo.execute(undo.plan());
        lake.compact(List.of(), raw);
        RawRetirement retirement = deleting(RetirementOptions.Bucket.UNVERSIONED);

        assertThat(retirement.plan().isEmpty()).isTrue();
        lake.pass(TWO_DAYS.plusSeconds(2));
        assertThat(retirement.plan().newly()).hasSize(1);
    }

    @Test
    void aRawFileInNoLiveCompactedFileCannotBeRetired() {
        ObjectStat raw = lake.raw(CDC);

        assertThatThrownBy(
                        () -> lake.ledger.commit(new LedgerEntry.Retirement("t", -1, List.of(LakeFiles.source(raw)))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is in no live compacted file");
    }

    @Test
    void aCompactionIsFinalOnceItsRawFilesAreRetired() {
        lake.compact(List.of(), lake.raw(CDC));
        lake.pass(TWO_DAYS.plusSeconds(2));
        RawRetirement retirement = deleting(RetirementOptions.Bucket.UNVERSIONED);
        retirement.execute(retirement.plan());

        assertThat(lake.ledger.snapshot().undoable()).isEmpty();
    }

    @Test
    void l5LessThanTwoDaysIsRefused() {
        RetirementOptions options = RetirementOptions.byTag();

        assertThatThrownBy(() -> options.grace(Duration.ofHours(47))).isInstanceOf(IllegalArgumentException.class);
    }

    private RawRetirement deleting(RetirementOptions.Bucket bucket) {
        return retirement(RetirementOptions.byDeleting().bucket(bucket));
    }

    private RawRetirement tagging() {
        return retirement(RetirementOptions.byTag());
    }

    private RawRetirement retirement(RetirementOptions options) {
        return RawRetirement.of(lake.ledger, lake.store, lake.store, RawLayout.detect(), options);
    }
}
