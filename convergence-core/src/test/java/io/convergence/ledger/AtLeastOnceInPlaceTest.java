package io.convergence.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.raw.RawLayout;
import io.convergence.store.ObjectStat;
import io.convergence.store.WriteCondition;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Compaction in place: what it cannot promise, and what it refuses. */
class AtLeastOnceInPlaceTest {
    private static final String FOLDER = "raw/public/orders/";
    private static final String CDC = "20240612-103027362.parquet";
    private static final String LATER_CDC = "20240612-113027362.parquet";
    private static final String LOAD = "LOAD00000001.parquet";

    private final LakeFiles lake = new LakeFiles();

    /** Its weakness, and the reason for its name. */
    @Test
    void aListOnlyReaderSeesRowsTwiceBetweenPublishAndRetire() {
        compact(raw(CDC, "row 1\n"), raw(LATER_CDC, "row 2\n"));
        AtLeastOnceInPlace inPlace =
                inPlace(RetirementOptions.Bucket.UNVERSIONED).declareQuiesced("task stopped");

        AtLeastOnceInPlace.Published published = inPlace.publish();
        List<String> between = rowsByListing();
        RawRetirement.Result retired = inPlace.retire(published);

        assertThat(between).containsExactlyInAnyOrder("row 1", "row 2", "row 1", "row 2");
        assertThat(rowsByListing()).containsExactly("row 1", "row 2");
        assertThat(retired.retired()).hasSize(2);
        assertThat(lake.store.listAll(FOLDER).map(ObjectStat::key))
                .singleElement()
                .asString()
                .matches(FOLDER + "in-place-[0-9a-f]{32}\\.parquet");
    }

    @Test
    void aRunThatDiedBeforeItRetiredIsRepeatedWithoutAnotherCopy() {
        compact(raw(CDC, "row 1\n"));
        AtLeastOnceInPlace inPlace =
                inPlace(RetirementOptions.Bucket.UNVERSIONED).declareQuiesced("task stopped");
        inPlace.publish();

        inPlace.retire(inPlace.publish());

        assertThat(rowsByListing()).containsExactly("row 1");
        assertThat(inPlace.publish().copies()).as("all is in place").isEmpty();
    }

    /** An audit or a clean-up may commit a fence at any time. */
    @Test
    void anEntryBetweenPublishAndRetireCostsNoOtherCopy() {
        compact(raw(CDC, "row 1\n"), raw(LATER_CDC, "row 2\n"));
        AtLeastOnceInPlace inPlace =
                inPlace(RetirementOptions.Bucket.UNVERSIONED).declareQuiesced("task stopped");
        AtLeastOnceInPlace.Published outdated = inPlace.publish();
        lake.ledger.commit(new LedgerEntry.Fence(
                lake.ledger.newTransaction(), lake.ledger.snapshot().slot()));

        assertThatThrownBy(() -> inPlace.retire(outdated)).isInstanceOf(CommitConflictException.class);
        inPlace.retire(inPlace.publish());

        assertThat(rowsByListing()).containsExactly("row 1", "row 2");
    }

    @Test
    void aRunThatDiedAmidItsDeletesIsFinishedByTheNext() {
        ObjectStat first = raw(CDC, "row 1\n");
        compact(first, raw(LATER_CDC, "row 2\n"));
        AtLeastOnceInPlace inPlace =
                inPlace(RetirementOptions.Bucket.UNVERSIONED).declareQuiesced("task stopped");
        AtLeastOnceInPlace.Published died = inPlace.publish();
        lake.ledger.commit(new LedgerEntry.Retirement(lake.ledger.newTransaction(), died.slot(), died.sources()));
        lake.store.delete(first.key());
        assertThat(rowsByListing()).containsExactly("row 1", "row 2", "row 2");

        RawRetirement.Result finished = inPlace.retire(inPlace.publish());

        assertThat(finished.retired()).extracting(RawSource::key).containsExactly(FOLDER + LATER_CDC);
        assertThat(rowsByListing()).containsExactly("row 1", "row 2");
    }

    @Test
    void aCopyOfAFileThatWasJoinedToAnotherSinceGoes() {
        ObjectStat first = raw(CDC, "row 1\n");
        compact(first);
        AtLeastOnceInPlace inPlace =
                inPlace(RetirementOptions.Bucket.UNVERSIONED).declareQuiesced("task stopped");
        inPlace.publish();
        ObjectStat second = raw(LATER_CDC, "row 2\n");
        compact(first, second);

        inPlace.retire(inPlace.publish());

        assertThat(rowsByListing()).containsExactly("row 1", "row 2");
    }

    /** They wait for a lifecycle rule, and their rows are in no copy. */
    @Test
    void rawFilesThatWereRetiredByTagBeforeStay() {
        compact(raw(CDC, "row 1\n"));
        lake.pass(Duration.ofHours(49));
        var layout = RawLayout.builder().bucketFolder("raw").build();
        RawRetirement byTag = RawRetirement.of(lake.ledger, lake.store, lake.store, layout, RetirementOptions.byTag());
        assertThat(byTag.execute(byTag.plan()).retired()).hasSize(1);
        AtLeastOnceInPlace inPlace =
                inPlace(RetirementOptions.Bucket.UNVERSIONED).declareQuiesced("task stopped");

        inPlace.retire(inPlace.publish());

        assertThat(rowsByListing()).containsExactly("row 1");
    }

    @Test
    void itRefusesATableNobodyDeclaredQuiesced() {
        compact(raw(CDC, "row 1\n"));
        AtLeastOnceInPlace inPlace = inPlace(RetirementOptions.Bucket.VERSIONED);

        assertThatThrownBy(inPlace::publish)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "Cannot compact table public.orders in place: nobody declared that its folder is not written to. Stop the task, then call declareQuiesced(…).");
        assertThat(rowsByListing()).containsExactly("row 1");
    }

    @Test
    void itRefusesATableThatIsWrittenToAllTheSame() {
        compact(raw(CDC, "row 1\n"));
        raw(LATER_CDC, "row 2\n");
        AtLeastOnceInPlace inPlace = inPlace(RetirementOptions.Bucket.VERSIONED).declareQuiesced("task stopped");

        assertThatThrownBy(inPlace::publish)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("'" + FOLDER + LATER_CDC + "' is in no compacted file");
        assertThat(rowsByListing()).containsExactly("row 1", "row 2");
    }

    /** L5. */
    @Test
    void l5ItRefusesLoadFilesOfTheCurrentGenerationInAnUnversionedBucket() {
        compact(raw(LOAD, "row 1\n"));
        AtLeastOnceInPlace unversioned =
                inPlace(RetirementOptions.Bucket.UNVERSIONED).declareQuiesced("task stopped");
        AtLeastOnceInPlace versioned =
                inPlace(RetirementOptions.Bucket.VERSIONED).declareQuiesced("task stopped");

        assertThatThrownBy(unversioned::publish)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("'" + FOLDER + LOAD + "' is not applied yet, or is a LOAD file");
        assertThat(rowsByListing()).containsExactly("row 1");
        versioned.retire(versioned.publish());

        assertThat(rowsByListing()).containsExactly("row 1");
        assertThat(lake.store.head(FOLDER + LOAD)).isEmpty();
    }

    private AtLeastOnceInPlace inPlace(RetirementOptions.Bucket bucket) {
        var layout = RawLayout.builder().bucketFolder("raw").build();
        return AtLeastOnceInPlace.of(lake.ledger, lake.store, lake.store, layout, bucket);
    }

    private ObjectStat raw(String name, String rows) {
        lake.store.put(FOLDER + name, rows.getBytes(UTF_8), WriteCondition.none());
        return lake.store.head(FOLDER + name).orElseThrow();
    }

    /** All there is compacted so far is joined to it. */
    private void compact(ObjectStat... sources) {
        String rows = Stream.of(sources)
                .map(source -> lake.store.get(source.key()).orElseThrow().text())
                .collect(Collectors.joining());
        LedgerSnapshot before = lake.ledger.snapshot();
        String key = LakeFiles.COMPACTED + "gen-" + (before.slot() + 1) + "-c0/part-00000.parquet";
        lake.store.put(key, rows.getBytes(UTF_8), WriteCondition.ifAbsent());
        LedgerFile output = LedgerFile.of(lake.store.head(key).orElseThrow(), sources.length);
        lake.ledger.commit(new LedgerEntry.Compaction(
                lake.ledger.newTransaction(),
                before.slot(),
                List.of(new LedgerEntry.CompactedFile(
                        output, Stream.of(sources).map(LakeFiles::source).toList())),
                before.compacted().stream().map(LedgerEntry.CompactedFile::file).toList()));
    }

    /** What a reader sees that knows nothing of the log. */
    private List<String> rowsByListing() {
        return lake.store
                .listAll(FOLDER)
                .flatMap(stat -> lake.store.get(stat.key()).orElseThrow().text().lines())
                .sorted()
                .toList();
    }
}
