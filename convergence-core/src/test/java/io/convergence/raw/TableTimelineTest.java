package io.convergence.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.raw.TableTimeline.State;
import io.convergence.store.ETag;
import io.convergence.store.ObjectStat;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TableTimelineTest {
    private static final TableId ORDERS = TableId.of("public", "orders");
    private static final Instant NOON = Instant.parse("2024-06-12T12:00:00Z");
    private static final TimelineOptions DEFAULTS = TimelineOptions.defaults();
    private static final DateTimeFormatter SEQUENCE_TIME = DateTimeFormatter.ofPattern("yyyyMMddHHmmssSS");

    @Test
    void loadComesBeforeChangesAndBothAreInOrderS1() {
        List<TimelineFile> files = List.of(
                changes(300, 200, 210, 20, 30),
                load(2, 20, 11),
                load(1, 10, 1),
                changes(100, 50, 60, 1, 9),
                load("LOAD0000000A", 10, 30, 12),
                load(3, 21, 12));

        TableTimeline timeline = TableTimeline.of(ORDERS, filled(files), DEFAULTS);

        assertThat(timeline.files())
                .extracting(file -> file.key().replaceAll(".*/", ""))
                .containsExactly(
                        "LOAD00000001",
                        "LOAD00000002",
                        "LOAD00000003",
                        "LOAD00000004",
                        "LOAD00000005",
                        "LOAD00000006",
                        "LOAD00000007",
                        "LOAD00000008",
                        "LOAD00000009",
                        "LOAD0000000A",
                        "+100",
                        "+300");
        assertThat(timeline.state()).isEqualTo(State.READY);
        assertThat(timeline.generation()).isEqualTo(at(10));
        assertThat(timeline.runs()).containsExactly(at(100));
        assertThat(timeline.files().get(0).context()).isEqualTo(new FileContext(at(10), FileContext.NO_LOAD));
        assertThat(timeline.contexts().get("public/orders/+300")).isEqualTo(new FileContext(at(10), at(100)));
    }

    @Test
    void orderOfTheInputDoesNotMatter() {
        List<TimelineFile> files = new ArrayList<>(List.of(
                load(1, 10, 1),
                load(2, 20, 11),
                changes(100, 50, 60, 1, 9),
                changes(200, 110, 120, 10, 19),
                changes(300, 250, 260, 1, 9)));
        TableTimeline expected = TableTimeline.of(ORDERS, files, DEFAULTS);

        Collections.shuffle(files, new Random(7));
        TableTimeline shuffled = TableTimeline.of(ORDERS, files, DEFAULTS);

        assertThat(shuffled.files()).isEqualTo(expected.files());
        assertThat(shuffled.findings()).isEqualTo(expected.findings());
        assertThat(expected.runs()).containsExactly(at(100), at(300));
    }

    @Test
    void tableWithoutLoadHasNoGenerationOfItsOwn() {
        TableTimeline timeline = TableTimeline.of(ORDERS, List.of(changes(100, 50, 60, 1, 9)), DEFAULTS);

        assertThat(timeline.generation()).isEqualTo(FileContext.NO_LOAD);
        assertThat(timeline.state()).isEqualTo(State.READY);
        assertThat(timeline.loadStart()).isEmpty();
    }

    @Test
    void arrivalTimesTellTheLoadStartAndOlderChangesAreNotReadS5() {
        List<TimelineFile> files =
                List.of(load(1, 20, 15), changes(14, 1, 2, 1, 2), changes(15, 3, 4, 3, 4), changes(30, 20, 21, 5, 6));

        TableTimeline timeline = TableTimeline.of(ORDERS, files, DEFAULTS);

        assertThat(timeline.loadStart()).contains(at(15));
        assertThat(timeline.beforeLoad()).extracting(RawFile::key).containsExactly("public/orders/+14");
        assertThat(timeline.files()).hasSize(3);
        assertThat(codes(timeline)).containsExactly("CHANGES_BEFORE_LOAD");
        assertThat(timeline.findings().get(0).message()).startsWith("1 files of changes are older");
    }

    @Test
    void taskStartTimesAreNoArrivalTimesS5() {
        List<TimelineFile> files = List.of(load(1, 20, 15), changes(30, 20, 21, 5, 6));
        TimelineOptions options = DEFAULTS.withLoadTimestamps(TimelineOptions.LoadTimestamps.TASK_START)
                .withFullLoadStartTime(at(18));

        assertThat(TableTimeline.of(ORDERS, files, options).loadStart()).contains(at(18));
    }

    @Test
    void declaredStartComesBeforeStatedOneAndAfterArrivalTimesS5() {
        TimelineOptions options = DEFAULTS.withDeclaredLoadStart(at(17)).withFullLoadStartTime(at(18));

        assertThat(TableTimeline.of(ORDERS, List.of(load(1, 20, null), changes(30, 20, 21, 5, 6)), options)
                        .loadStart())
                .contains(at(17));
        assertThat(TableTimeline.of(ORDERS, List.of(load(1, 20, 15), changes(30, 20, 21, 5, 6)), options)
                        .loadStart())
                .contains(at(15));
    }

    @Test
    void timeOfStorageIsTrustedWhereChangesWereStoredAtOnceS5() {
        TimelineFile exactly = changes(30, 600, 20, 21, 5, 6);

        TableTimeline timeline = TableTimeline.of(ORDERS, List.of(load(1, 20, null), exactly), DEFAULTS);

        assertThat(timeline.loadStart()).contains(at(20));
        assertThat(timeline.state()).isEqualTo(State.READY);
    }

    @Test
    void copiedObjectsLeaveTheLoadTimeUnknownS5() {
        TimelineFile copied = changes(30, 601, 20, 21, 5, 6);

        TableTimeline timeline = TableTimeline.of(ORDERS, List.of(load(1, 20, null), copied), DEFAULTS);

        assertThat(timeline.state()).isEqualTo(State.HELD);
        assertThat(codes(timeline)).containsExactly("LOAD_TIME_UNKNOWN");
        assertThat(timeline.loadStart()).isEmpty();
        assertThat(timeline.files()).hasSize(2);
    }

    @Test
    void timeOfStorageDoesNotRelateSeparateTasksS5() {
        TimelineOptions options = DEFAULTS.withTasks(TimelineOptions.Tasks.SEPARATE);

        TableTimeline timeline =
                TableTimeline.of(ORDERS, List.of(load(1, 20, null), changes(30, 20, 21, 5, 6)), options);

        assertThat(codes(timeline)).containsExactly("LOAD_TIME_UNKNOWN");
    }

    @Test
    void loadWithoutChangesNeedsNoStartS5() {
        TableTimeline timeline = TableTimeline.of(ORDERS, List.of(load(1, 20, null)), DEFAULTS);

        assertThat(timeline.state()).isEqualTo(State.READY);
    }

    @Test
    void filesOfAnEarlierLoadAreLeftOverS5() {
        List<TimelineFile> files = List.of(load(1, 100, 90), load(2, 110, 101), load(3, 30, 20), load(4, 40, 31));

        TableTimeline timeline = TableTimeline.of(ORDERS, files, DEFAULTS);

        assertThat(timeline.state()).isEqualTo(State.READY);
        assertThat(timeline.files()).hasSize(2);
        assertThat(timeline.leftovers())
                .extracting(RawFile::key)
                .containsExactly("public/orders/LOAD00000003", "public/orders/LOAD00000004");
        assertThat(codes(timeline)).containsExactly("LOAD_LEFTOVER", "LOAD_LEFTOVER");
    }

    @Test
    void copiedFilesAreNoLeftoversIfArrivalTimesSaySoS5() {
        List<TimelineFile> files = List.of(load(1, 100, 1), load(2, 90, 11));

        assertThat(TableTimeline.of(ORDERS, files, DEFAULTS).leftovers()).isEmpty();
    }

    @Test
    void leftoversByTimesOfACopyAreHeldS5() {
        List<TimelineFile> files = List.of(load(1, 100, null), load(2, 90, null), changes(130, 9999, 120, 121, 1, 2));

        TableTimeline timeline = TableTimeline.of(ORDERS, files, DEFAULTS.withDeclaredLoadStart(at(0)));

        assertThat(timeline.state()).isEqualTo(State.HELD);
        assertThat(codes(timeline)).containsExactly("LOAD_SET_UNCLEAR");
    }

    @Test
    void missingLoadFileHoldsTheTable() {
        TableTimeline gap = TableTimeline.of(ORDERS, List.of(load(1, 10, 1), load(3, 30, 21)), DEFAULTS);
        TableTimeline first = TableTimeline.of(ORDERS, List.of(load(2, 10, 1)), DEFAULTS);

        assertThat(gap.state()).isEqualTo(State.HELD);
        assertThat(gap.findings().get(0).message())
                .isEqualTo("1 of 3 load files are missing, the first is number 2 (LOAD00000002).");
        assertThat(codes(first)).containsExactly("LOAD_FILE_MISSING");
    }

    @Test
    void segmentsCountEachForItselfOrTogether() {
        TableTimeline folders =
                TableTimeline.of(ORDERS, List.of(segment("p1", 1), segment("p1", 2), segment("p2", 1)), DEFAULTS);
        TableTimeline shared = TableTimeline.of(
                ORDERS, List.of(segment("SEGMENT1", 1), segment("SEGMENT2", 2), segment("SEGMENT1", 3)), DEFAULTS);
        TableTimeline broken = TableTimeline.of(ORDERS, List.of(segment("p1", 1), segment("p2", 2)), DEFAULTS);
        TableTimeline mixed = TableTimeline.of(ORDERS, List.of(segment("p1", 1), load(1, 10, 5)), DEFAULTS);

        assertThat(folders.state()).isEqualTo(State.READY);
        assertThat(shared.state()).isEqualTo(State.READY);
        assertThat(codes(broken)).containsExactly("LOAD_FILE_MISSING");
        assertThat(codes(mixed)).containsExactly("LOAD_LAYOUT_MIXED");
    }

    @Test
    void pauseWithTimeMovingForwardIsNoDisputeS3() {
        int sixteenDays = (int) Duration.ofDays(16).toSeconds();
        List<TimelineFile> files = List.of(
                changes(100, 50, 60, 61, 900), changes(sixteenDays, sixteenDays - 60, sixteenDays - 50, 61, 70));

        TableTimeline timeline = TableTimeline.of(ORDERS, files, DEFAULTS);

        assertThat(timeline.state()).isEqualTo(State.READY);
        assertThat(timeline.runs()).containsExactly(at(100), at(sixteenDays));
        assertThat(timeline.files().get(1).context().run()).isEqualTo(at(sixteenDays));
    }

    @Test
    void headOfARunThatRepeatsTimeIsDisputedS3() {
        List<TimelineFile> files = List.of(changes(100, 50, 60, 61, 900), changes(200, 55, 150, 61, 70));

        TableTimeline timeline = TableTimeline.of(ORDERS, files, DEFAULTS);

        assertThat(timeline.state()).isEqualTo(State.DISPUTED);
        assertThat(timeline.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.code()).isEqualTo("ORDER_DISPUTED");
            assertThat(finding.path()).isEqualTo("public/orders/+200");
            assertThat(finding.message()).contains("the rows themselves were not compared");
            assertThat(finding.fix()).endsWith("declare the order '" + at(200) + "=follows'.");
        });
    }

    @Test
    void repeatedSequencesAreDisputedS3() {
        List<TimelineFile> files = List.of(changes(100, 50, 60, 61, 900), changes(200, 50, 60, 61, 900));

        assertThat(TableTimeline.of(ORDERS, files, DEFAULTS).state()).isEqualTo(State.DISPUTED);
    }

    @Test
    void runThatOverlapsAnythingEarlierIsDisputedS3() {
        List<TimelineFile> files =
                List.of(changes(100, 50, 90, 61, 900), changes(200, 95, 96, 61, 62), changes(300, 93, 200, 50, 70));

        assertThat(TableTimeline.of(ORDERS, files, DEFAULTS).findings())
                .extracting(Finding::path)
                .containsExactly("public/orders/+300");
    }

    /** Its evidence is remembered, its rows are not to be had. */
    @Test
    void runThatMayRepeatWhatIsGoneIsDisputedS3() {
        TimelineFile expired = changes(100, 50, 60, 61, 900);
        TimelineFile repeating = changes(200, 55, 150, 61, 70);
        TimelineFile later = changes(200, 61, 150, 61, 70);
        ReplayCheck never = boundary -> {
            throw new AssertionError("there is nothing to compare");
        };

        TableTimeline disputed = TableTimeline.of(ORDERS, List.of(repeating), List.of(expired), DEFAULTS, never);
        TableTimeline ready = TableTimeline.of(ORDERS, List.of(later), List.of(expired), DEFAULTS, never);
        TableTimeline declared = TableTimeline.of(
                ORDERS,
                List.of(repeating),
                List.of(expired),
                DEFAULTS.withOrder(at(200), DeclaredOrder.FOLLOWS),
                never);

        assertThat(disputed.state()).isEqualTo(State.DISPUTED);
        assertThat(disputed.findings().get(0).message()).endsWith("because the files before it are gone.");
        assertThat(disputed.files()).hasSize(1);
        assertThat(disputed.runs()).containsExactly(at(100), at(200));
        assertThat(ready.state()).isEqualTo(State.READY);
        assertThat(declared.state()).isEqualTo(State.READY);
        assertThat(declared.files().get(0).context().order().place(sequence(55, 61), 0))
                .isEqualTo(sequence(60, 61));
    }

    @Test
    void contentIsAskedForOnlyWhereItMayTellS3() {
        List<String> asked = new ArrayList<>();
        ReplayCheck none = boundary -> {
            asked.add(boundary.key() + " after " + boundary.tail().get(0).key());
            return ReplayVerdict.none(boundary.key(), boundary.begins());
        };
        List<TimelineFile> files = List.of(
                changes(100, 50, 60, 1, 9),
                changes(200, 60, 70, 10, 19),
                changes(300, 80, 90, 1, 9),
                changes(400, 90, 95, 1, 9),
                changes(500, 79, 99, 10, 19),
                changes(600, 96, 110, 20, 29));

        TableTimeline timeline = TableTimeline.of(ORDERS, files, List.of(), DEFAULTS, none);

        assertThat(asked)
                .containsExactly(
                        "public/orders/+400 after public/orders/+300", "public/orders/+500 after public/orders/+300");
        assertThat(timeline.runs()).containsExactly(at(100), at(300), at(400));
        assertThat(timeline.state()).isEqualTo(State.READY);
    }

    @Test
    void replayedRowsAreToldOfEachFileS3() {
        List<TimelineFile> files =
                List.of(changes(100, 50, 60, 61, 900), changes(200, 50, 55, 61, 70), changes(201, 56, 150, 71, 90));
        ReplayCheck check =
                boundary -> ReplayVerdict.replayed(boundary.key(), 12, "public/orders/+201", 3, false, at(50), at(61));

        TableTimeline timeline = TableTimeline.of(ORDERS, files, List.of(), DEFAULTS, check);

        assertThat(timeline.files()).extracting(PlacedFile::replayedRows).containsExactly(0L, PlacedFile.ALL_ROWS, 3L);
        assertThat(codes(timeline)).containsExactly("REPLAY_DROPPED");
        assertThat(timeline.verdicts()).hasSize(1);
    }

    @Test
    void clockThatStepsBackBetweenFilesIsLeftToTheKeysThatShowItS2() {
        List<TimelineFile> files = List.of(changes(100, 50, 60, 1, 9), changes(200, 58, 150, 10, 19));

        TableTimeline timeline = TableTimeline.of(ORDERS, files, DEFAULTS);

        assertThat(timeline.state()).isEqualTo(State.READY);
        assertThat(codes(timeline)).containsExactly("CLOCK_STEPPED_BACK");
        assertThat(timeline.runs()).hasSize(1);
    }

    @Test
    void commitsWithinASecondMayCrossBetweenFiles() {
        List<TimelineFile> files = List.of(changes(100, 50, 60, 1, 9), changes(200, 59, 150, 10, 19));

        TableTimeline timeline = TableTimeline.of(ORDERS, files, DEFAULTS);

        assertThat(timeline.state()).isEqualTo(State.READY);
        assertThat(timeline.runs()).hasSize(1);
    }

    @Test
    void disputeInsideAFileDisputesTheTableS2() {
        TimelineFile file = changes(100, 50, 60, 1, 9);
        Finding inside = Finding.error("ORDER_DISPUTED", file.file().key() + " row 3", "x", "y");

        TableTimeline timeline = TableTimeline.of(
                ORDERS, List.of(new TimelineFile(file.file(), file.evidence(), List.of(inside))), DEFAULTS);

        assertThat(timeline.state()).isEqualTo(State.DISPUTED);
        assertThat(timeline.findings()).containsExactly(inside);
    }

    @Test
    void changesWithAndWithoutSequenceCannotBeOrderedS2() {
        List<TimelineFile> files = List.of(changes(100, 50, 60, 1, 9), unsequenced(200, 150, 160));

        assertThat(TableTimeline.of(ORDERS, files, DEFAULTS).state()).isEqualTo(State.DISPUTED);
    }

    @Test
    void streamWithoutSequenceIsNotedAndDisputedWhereTimeRepeatsS3() {
        TableTimeline forward =
                TableTimeline.of(ORDERS, List.of(unsequenced(100, 50, 60), unsequenced(200, 60, 160)), DEFAULTS);
        TableTimeline repeated =
                TableTimeline.of(ORDERS, List.of(unsequenced(100, 50, 60), unsequenced(200, 55, 160)), DEFAULTS);

        assertThat(forward.state()).isEqualTo(State.READY);
        assertThat(codes(forward)).containsExactly("SEQUENCE_MISSING");
        assertThat(repeated.state()).isEqualTo(State.DISPUTED);
    }

    @Test
    void streamWithoutSequenceAndTimeIsWarnedOf() {
        TimelineFile bare = new TimelineFile(unsequenced(100, 1, 2).file(), FileEvidence.ofRows(3));

        assertThat(codes(TableTimeline.of(ORDERS, List.of(bare), DEFAULTS)))
                .containsExactly("SEQUENCE_AND_TIMESTAMP_MISSING");
    }

    @Test
    void emptyFileTakesPartInNoOrder() {
        TimelineFile empty = new TimelineFile(changes(150, 1, 2, 1, 2).file(), FileEvidence.ofRows(0));
        List<TimelineFile> files = List.of(changes(100, 50, 60, 1, 9), empty, changes(200, 150, 160, 10, 19));

        TableTimeline timeline = TableTimeline.of(ORDERS, files, DEFAULTS);

        assertThat(timeline.state()).isEqualTo(State.READY);
        assertThat(timeline.files()).hasSize(3);
    }

    @Test
    void fileOfAnotherTableOrGivenTwiceIsRefused() {
        TimelineFile file = changes(100, 50, 60, 1, 9);

        assertThatThrownBy(() -> TableTimeline.of(ORDERS, List.of(file, file), DEFAULTS))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TableTimeline.of(TableId.of("a", "b"), List.of(file), DEFAULTS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot place 'public/orders/+100' in the history of table a.b: it is none of its files.");
    }

    private static Instant at(int second) {
        return NOON.plusSeconds(second);
    }

    private static List<String> codes(TableTimeline timeline) {
        return timeline.findings().stream().map(Finding::code).toList();
    }

    /** Adds LOAD files 4 to 9. */
    private static List<TimelineFile> filled(List<TimelineFile> files) {
        List<TimelineFile> all = new ArrayList<>(files);
        for (int number = 4; number <= 9; number++) {
            all.add(load(number, 20 + number, 11 + number));
        }

        return all;
    }

    private static TimelineFile load(int number, int stored, @Nullable Integer arrival) {
        return load(String.format("LOAD%08X", number), number, stored, arrival);
    }

    private static TimelineFile load(String name, long number, int stored, @Nullable Integer arrival) {
        return load("", name, number, stored, arrival);
    }

    private static TimelineFile load(String segment, String name, long number, int stored, @Nullable Integer arrival) {
        ObjectStat stat = ObjectStat.of("public/orders/" + name, 10, new ETag("e"), at(stored));
        Instant time = arrival == null ? null : at(arrival);
        return new TimelineFile(
                new RawFile.Load(ORDERS, stat, RawFormat.PARQUET, segment, number),
                new FileEvidence(5, null, null, time, time));
    }

    private static TimelineFile segment(String segment, int number) {
        return load(segment, segment + "/" + number, number, 10 + number, 10 + number);
    }

    /** A file flushed at a second, whose changes commit from one second to another with counters from one to another. */
    private static TimelineFile changes(int flushed, int from, int to, int firstCounter, int lastCounter) {
        return changes(flushed, 2, from, to, firstCounter, lastCounter);
    }

    private static TimelineFile changes(int flushed, int delay, int from, int to, int firstCounter, int lastCounter) {
        return new TimelineFile(
                cdc(flushed, delay),
                new FileEvidence(9, sequence(from, firstCounter), sequence(to, lastCounter), at(from), at(to)));
    }

    private static TimelineFile unsequenced(int flushed, int from, int to) {
        return new TimelineFile(cdc(flushed, 2), new FileEvidence(9, null, null, at(from), at(to)));
    }

    private static RawFile.Cdc cdc(int flushed, int delay) {
        ObjectStat stat = ObjectStat.of("public/orders/+" + flushed, 10, new ETag("e"), at(flushed + delay));
        return new RawFile.Cdc(ORDERS, stat, RawFormat.PARQUET, at(flushed));
    }

    private static String sequence(int second, int counter) {
        return SEQUENCE_TIME.format(LocalDateTime.ofInstant(at(second), ZoneOffset.UTC))
                + String.format("%019d", counter);
    }
}
