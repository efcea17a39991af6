package io.convergence.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.Finding;
import io.convergence.Severity;
import io.convergence.store.ObjectStat;
import io.convergence.store.WriteCondition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LedgerCheckTest {
    private final LakeFiles lake = new LakeFiles();
    private final List<ObjectStat> raw = new ArrayList<>();
    private LedgerFile compacted = Entries.file("none", 0);

    @BeforeEach
    void writeATable() {
        raw.add(lake.raw("a"));
        compacted = lake.compact(List.of(), raw.get(0));
        lake.pass(Duration.ofHours(1));
        lake.merge(1, raw.get(0));
    }

    @Test
    void aSoundTableHasNoFindings() {
        LedgerCheck.Report report = check();

        assertThat(report.findings()).isEmpty();
        assertThat(report.holds()).isTrue();
        assertThat(report.files()).isEqualTo(2);
        assertThat(report.slot()).isEqualTo(1);
    }

    @Test
    void i3ALiveFileThatIsGoneOrAnotherIsAnError() {
        lake.store.delete(compacted.key());
        assertThat(codes()).containsExactly("LIVE_FILE_GONE");
        lake.store.put(compacted.key(), "other".getBytes(UTF_8), WriteCondition.none());

        assertThat(codes()).containsExactly("LIVE_FILE_CHANGED");
        assertThat(check().holds()).isFalse();
    }

    @Test
    void i1RowsThatDoNotAddUpAreAnError() {
        ObjectStat b = lake.raw("b");
        raw.add(b);
        LedgerFile file = lake.output(LakeFiles.COMPACTED, 1, "c1");
        var wrong = new LedgerFile(file.key(), file.etag(), file.lastModified(), file.size(), 2);
        lake.ledger.commit(new LedgerEntry.Compaction(
                "t", 1, List.of(new LedgerEntry.CompactedFile(wrong, List.of(LakeFiles.source(b))))));

        assertThat(codes()).containsExactly("ROWS_DIFFER");
    }

    @Test
    void i2ALogThatContradictsItselfIsAnError() {
        put(2, LedgerJson.write(Entries.compaction("t", 1, raw.get(0))));

        assertThat(codes()).contains("LOG_CONTRADICTS");
    }

    @Test
    void aGapOrABrokenSlotIsAnError() {
        put(3, LedgerJson.write(new LedgerEntry.Fence("t", 2)));
        assertThat(codes()).containsExactly("SLOT_UNREADABLE");
        put(2, "nonsense");

        assertThat(codes()).containsExactly("SLOT_UNREADABLE");
    }

    /** Its text is the one the next slot was planned on, so that it may have been copied. */
    @Test
    void aSlotThatIsYoungerThanTheNextIsAWarningIfItsTextIsStillTheSame() {
        lake.ledger.commit(new LedgerEntry.Fence("t", 1));
        lake.pass(Duration.ofHours(1));
        writeAgain(0, text(0));

        assertThat(check().findings()).singleElement().satisfies(finding -> {
            assertThat(finding.code()).isEqualTo("SLOT_TIMES_INVERTED");
            assertThat(finding.severity()).isEqualTo(Severity.WARNING);
            assertThat(finding.message()).contains("3600 s before");
        });
    }

    @Test
    void aSlotThatIsYoungerThanTheNextMayBeAnotherIfNobodyPlannedOnTheNext() {
        lake.pass(Duration.ofHours(1));
        writeAgain(0, text(0));

        assertThat(codes()).containsExactly("SLOT_REWRITTEN");
    }

    /** A store tells whole seconds, and the hosts of one store may round differently. */
    @Test
    void aSecondBetweenTheTimesOfTwoSlotsSaysNothing() {
        lake.pass(Duration.ofSeconds(1));
        writeAgain(0, text(0));

        assertThat(codes()).isEmpty();
    }

    @Test
    void aSlotWithAnotherTextThanTheOneTheNextWasPlannedOnWasWrittenAnew() {
        writeAgain(0, text(0) + " ");

        assertThat(codes()).contains("SLOT_REWRITTEN");
    }

    @Test
    void l7AWrongTailIsAWarning() {
        LedgerKeys keys = lake.ledger.keys();
        var slots = List.of(slotText(0), slotText(1));
        assertThat(lake.store.head(keys.tail(1))).isPresent();
        lake.store.delete(keys.tail(1));
        new Tails(lake.store, keys, new ParsedTexts(LakeFiles.TABLE))
                .write(List.of(slots.get(0), new Tails.SlotText(1, slots.get(1).etag(), text(0))));
        assertThat(codes()).containsExactly("TAIL_WRONG");
        lake.store.put(keys.tail(1), "nonsense".getBytes(UTF_8), WriteCondition.none());

        assertThat(codes()).containsExactly("TAIL_WRONG");
        assertThat(check().holds()).isTrue();
        lake.store.delete(keys.tail(1));
        new Tails(lake.store, keys, new ParsedTexts(LakeFiles.TABLE)).write(slots);
        assertThat(codes()).isEmpty();
    }

    private Tails.SlotText slotText(long slot) {
        return new Tails.SlotText(
                slot,
                lake.store.head(lake.ledger.keys().slot(slot)).orElseThrow().etag(),
                text(slot));
    }

    private String text(long slot) {
        return lake.store.get(lake.ledger.keys().slot(slot)).orElseThrow().text();
    }

    private void writeAgain(long slot, String text) {
        lake.store.put(lake.ledger.keys().slot(slot), text.getBytes(UTF_8), WriteCondition.none());
    }

    @Test
    void l2AWrongCheckpointIsAWarning() throws Exception {
        LogState invented = lake.ledger.snapshot().state().copy();
        invented.applied.clear();
        lake.ledger.checkpoints().write(invented, compacted.etag());

        assertThat(codes()).containsExactly("CHECKPOINT_WRONG");
        assertThat(check().holds()).isTrue();
        assertThat(check().checkpoints()).isEqualTo(1);
    }

    /** What a person declared ends the warning; on a lake that is only compacted nothing else does. */
    @Test
    void s14RawFilesThatVanishedAreNotToldIfADeclarationExplainsThem() {
        raw.clear();
        List<RawSource> gone = List.copyOf(lake.ledger.snapshot().compactedSources());
        long slot = lake.ledger.suspect("gone", null, gone).slot();
        assertThat(codes()).contains("RAW_FILES_GONE");

        lake.ledger.commit(new LedgerEntry.Declared(
                "d", slot, LedgerEntry.Declared.Kind.RELOADED, "by the nightly job", List.of(slot)));

        assertThat(codes()).isEmpty();
    }

    @Test
    void s14RawFilesOfBeforeADeclaredBeginningAreNotMissed() {
        Instant stored = raw.get(0).lastModified();
        raw.clear();

        declare(LedgerEntry.Declared.Kind.TRUNCATED, stored);
        assertThat(codes()).containsExactly("RAW_FILES_GONE");
        declare(LedgerEntry.Declared.Kind.TRUNCATED, stored.plusSeconds(1));
        assertThat(codes()).isEmpty();
    }

    private void declare(LedgerEntry.Declared.Kind what, Instant at) {
        lake.ledger.commit(new LedgerEntry.Declared(
                lake.ledger.newTransaction(),
                lake.ledger.snapshot().slot(),
                what,
                DeclaredText.at(at).text(),
                List.of()));
    }

    @Test
    void aRawFileThatComesAndIsCommittedDuringTheCheckIsNotTakenForGone() {
        List<ObjectStat> before = List.copyOf(raw);

        LedgerCheck.Report report = LedgerCheck.of(lake.ledger, lake.folders).run(() -> {
            lake.compact(List.of(), lake.raw("new"));
            return before;
        });

        assertThat(report.findings()).isEmpty();
    }

    @Test
    void s14RawFilesThatVanishedAreToldUnlessTheyWereRetired() {
        raw.clear();
        assertThat(codes()).containsExactly("RAW_FILES_GONE");
        lake.ledger.commit(new LedgerEntry.Retirement(
                "t", 1, List.copyOf(lake.ledger.snapshot().compactedSources())));

        assertThat(codes()).isEmpty();
    }

    @Test
    void l4AStandingSuspicionIsToldAndWhatAwaitsCleanUpToo() {
        lake.ledger.suspect("gone", null, List.of(LakeFiles.source(raw.get(0))));
        lake.output(LakeFiles.TABLES, 0, "ab");
        lake.store.startMultipart(LakeFiles.COMPACTED + "gen-1-ab/part-00000.parquet");

        assertThat(codes()).containsExactlyInAnyOrder("TABLE_SUSPECT", "FILES_TO_CLEAN_UP", "OPEN_UPLOADS");
    }

    private List<String> codes() {
        return check().findings().stream().map(Finding::code).toList();
    }

    private LedgerCheck.Report check() {
        return LedgerCheck.of(lake.ledger, lake.folders).run(raw);
    }

    private void put(long slot, String text) {
        lake.store.put(lake.ledger.keys().slot(slot), text.getBytes(UTF_8), WriteCondition.none());
    }
}
