package io.convergence.compact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.DataSize;
import io.convergence.TableId;
import io.convergence.change.FileProfile;
import io.convergence.change.ReadCounts;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerFile;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.ledger.RawSource;
import io.convergence.raw.FileContext;
import io.convergence.raw.FileEvidence;
import io.convergence.raw.FileVolume;
import io.convergence.raw.PlacedFile;
import io.convergence.raw.RawFile;
import io.convergence.raw.RawFormat;
import io.convergence.raw.TableTimeline;
import io.convergence.raw.TimelineFile;
import io.convergence.raw.TimelineOptions;
import io.convergence.schema.Column;
import io.convergence.store.ETag;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ObjectStat;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CompactionPlanTest {
    private static final TableId TABLE = TableId.of("public", "orders");
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant NOW = Instant.parse("2026-01-01T02:00:00Z");
    private static final long MB = 1024 * 1024;

    private final List<TimelineFile> files = new ArrayList<>();
    private final Ledger ledger =
            Ledger.open(new InMemoryObjectStore(() -> NOW), "control", TABLE, new Random(1), Ledger.Backoff.none());

    private CompactionPlanTest load(int number, long bytes) {
        ObjectStat stat = ObjectStat.of(
                "raw/LOAD0000000" + number + ".parquet", bytes, new ETag("l" + number), START.plusSeconds(number));
        return add(new RawFile.Load(TABLE, stat, RawFormat.PARQUET, "", number));
    }

    private CompactionPlanTest cdc(int minute, long bytes) {
        return cdc(minute, bytes, RawFormat.PARQUET);
    }

    private CompactionPlanTest cdc(int minute, long bytes, RawFormat format) {
        Instant instant = START.plus(Duration.ofMinutes(minute));
        return add(new RawFile.Cdc(TABLE, stat(minute, bytes), format, instant));
    }

    private static ObjectStat stat(int minute, long bytes) {
        return ObjectStat.of(
                "raw/change-" + minute,
                bytes,
                new ETag("c" + minute),
                START.plus(Duration.ofMinutes(minute)).plusSeconds(1));
    }

    private CompactionPlanTest add(RawFile file) {
        files.add(new TimelineFile(file, FileEvidence.ofRows(10)));
        return this;
    }

    private CompactionPlan plan(CompactionOptions options) {
        return plan(options, ledger.snapshot());
    }

    private CompactionPlan plan(CompactionOptions options, SourceFacts facts) {
        return plan(options, ledger.snapshot(), facts);
    }

    private CompactionPlan plan(CompactionOptions options, LedgerSnapshot snapshot) {
        return plan(options, snapshot, SourceFacts.none());
    }

    private CompactionPlan plan(CompactionOptions options, LedgerSnapshot snapshot, SourceFacts facts) {
        TimelineOptions loaded = TimelineOptions.defaults().withDeclaredLoadStart(START);
        return CompactionPlan.of(
                TableTimeline.of(TABLE, files, loaded), snapshot, options, NOW, EnumSet.of(RawFormat.PARQUET), facts);
    }

    private CompactionPlan plan(CompactionOptions options, LedgerSnapshot snapshot, TimelineOptions timeline) {
        return CompactionPlan.of(TableTimeline.of(TABLE, files, timeline), snapshot, options, NOW);
    }

    private static List<List<String>> groups(CompactionPlan plan) {
        return plan.groups().stream()
                .map(group -> group.sources().stream()
                        .map(source -> source.key().substring("raw/".length()))
                        .toList())
                .toList();
    }

    private static List<String> keys(List<CompactionPlan.Skipped> skipped) {
        return skipped.stream()
                .map(one -> one.file().key().substring("raw/".length()))
                .toList();
    }

    private static CompactionOptions withTail() {
        return CompactionOptions.builder().tail(CompactionOptions.Tail.COMPACT).build();
    }

    private LedgerSnapshot compacted(String output, long bytes, int... minutes) {
        LedgerSnapshot base = ledger.snapshot();
        List<RawSource> sources = IntStream.of(minutes)
                .mapToObj(minute -> files.stream()
                        .map(file -> file.file().stat())
                        .filter(stat -> stat.etag().value().equals("c" + minute))
                        .findFirst()
                        .orElseThrow())
                .map(stat -> RawSource.of(stat, FileEvidence.ofRows(10)))
                .toList();
        return ledger.commit(new LedgerEntry.Compaction(
                output,
                base.slot(),
                List.of(new LedgerEntry.CompactedFile(
                        new LedgerFile(output, new ETag(output), NOW, bytes, 10L * minutes.length), sources))));
    }

    private CompactionPlanTest everyMinute(int from, int to, long bytes) {
        for (int minute = from; minute <= to; minute++) {
            cdc(minute, bytes);
        }

        return this;
    }

    /** A file in a date folder. */
    private CompactionPlanTest inFolder(String folder, Instant instant, long bytes) {
        String name = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmssSSS")
                .withZone(ZoneOffset.UTC)
                .format(instant);
        ObjectStat stat =
                ObjectStat.of("raw/" + folder + "/" + name + ".parquet", bytes, new ETag(name), instant.plusSeconds(1));
        return add(new RawFile.Cdc(TABLE, stat, RawFormat.PARQUET, instant));
    }

    private void mixedFiles() {
        load(1, 3 * MB).load(2, 2 * MB);
        cdc(5, 100 * MB)
                .cdc(6, 100 * MB)
                .cdc(7, 100 * MB)
                .cdc(8, 200 * MB)
                .cdc(9, 1024)
                .cdc(10, 1024, RawFormat.CSV);
        cdc(20, 1024).cdc(119, 2048);
    }

    @Test
    void thePlanPrintsWhatHappensToTheFiles() {
        mixedFiles();

        CompactionPlan plan = plan(CompactionOptions.defaults(), compacted("out", 1, 20));

        assertThat(plan).hasToString("""
                Compaction of table public.orders on slot 0, files of 256.0 MB (128.0 MB to 512.0 MB)
                5 files, 50 rows, 305.0 MB -> about 2 files of 305.0 MB in 2 tasks
                Requests: 1 LIST, 2 HEAD, 11 GET, 43 PUT
                LOAD: 2 files, 20 rows, 5.0 MB -> about 1 file
                  about 5.0 MB, 20 rows: 2 files from raw/LOAD00000001.parquet to raw/LOAD00000002.parquet
                CDC: 3 files, 30 rows, 300.0 MB -> about 1 file
                  about 300.0 MB, 30 rows: 3 files from raw/change-5 to raw/change-7
                Waiting: 1 file
                  raw/change-119: it settles 600 s after it was stored
                Left as they are: 3 files
                  raw/change-8: it has at least 128.0 MB already
                  raw/change-9: it has no neighbour to be joined with
                  raw/change-10: it is CSV, and the types of its columns are not declared
                Compacted already: 1 file
                """);
        assertThat(plan.rows()).isEqualTo(50);
        assertThat(plan.bytes()).isEqualTo(305 * MB);
        assertThat(plan.tasks()).extracting(CompactionTask::bytes).containsExactly(5 * MB, 300 * MB);
    }

    @Test
    void theReportNamesEveryFileAndTheCostIfAsked() {
        mixedFiles();
        var prices = new Prices(new BigDecimal("5.00"), new BigDecimal("0.4"), "USD");

        CompactionPlan plan = plan(CompactionOptions.defaults(), compacted("out", 1, 20));

        // 44 PUT and LIST at 5.00 for 1,000, 13 GET and HEAD at 0.40
        assertThat(plan.report().withFiles().withPrices(prices).toText())
                .contains("Requests: 1 LIST, 2 HEAD, 11 GET, 43 PUT, which cost 0.2252 USD\n")
                .contains("""
                  about 5.0 MB, 20 rows: 2 files
                    raw/LOAD00000001.parquet: 10 rows, 3.0 MB
                    raw/LOAD00000002.parquet: 10 rows, 2.0 MB
                """);
        assertThat(plan.report().withPrices(prices).toJson())
                .isEqualTo("{\"table\":\"public.orders\",\"base\":0,"
                        + "\"band\":{\"smallest\":134217728,\"target\":268435456,\"largest\":536870912},"
                        + "\"rows\":50,\"bytes\":319815680,\"expectedOutputs\":2,\"expectedBytes\":319815680,"
                        + "\"requests\":{\"list\":1,\"head\":2,\"get\":11,\"put\":43},"
                        + "\"cost\":{\"amount\":\"0.22520\",\"currency\":\"USD\"},"
                        + "\"tasks\":[{\"kind\":\"LOAD\",\"partition\":\"\",\"outputs\":[{\"count\":2,\"rows\":20,\"bytes\":5242880,\"expectedBytes\":5242880,"
                        + "\"first\":\"raw/LOAD00000001.parquet\",\"last\":\"raw/LOAD00000002.parquet\"}]},"
                        + "{\"kind\":\"CDC\",\"partition\":\"\",\"outputs\":[{\"count\":3,\"rows\":30,\"bytes\":314572800,\"expectedBytes\":314572800,"
                        + "\"first\":\"raw/change-5\",\"last\":\"raw/change-7\"}]}],"
                        + "\"waiting\":[{\"reason\":\"it settles 600 s after it was stored\",\"count\":1}],"
                        + "\"leftAsTheyAre\":[{\"reason\":\"it has at least 128.0 MB already\",\"count\":1},"
                        + "{\"reason\":\"it has no neighbour to be joined with\",\"count\":1},"
                        + "{\"reason\":\"it is CSV, and the types of its columns are not declared\",\"count\":1}],"
                        + "\"compactedFiles\":1}");
        assertThat(plan.report().withFiles().toJson())
                .contains("\"files\":[\"raw/change-5\",\"raw/change-6\",\"raw/change-7\"]");
    }

    @Test
    void aPlanOfTenThousandFilesReadsInAPage() {
        everyMinute(-20_000, -10_001, 5 * MB);
        files.replaceAll(file -> new TimelineFile(file.file(), FileEvidence.ofRows(1_000)));

        CompactionPlan plan = plan(withTail(), ledger.snapshot(), TimelineOptions.defaults());

        assertThat(plan.toString().lines().count()).isEqualTo(49);
        assertThat(plan.toString())
                .contains("10,000 files, 10,000,000 rows, 48.8 GB -> about 192 files of 48.8 GB in 24 tasks\n")
                .contains("and about 152 files more in 19 more tasks\n");
    }

    @Test
    void anEmptyTableHasNothingToCompact() {
        CompactionPlan plan = plan(CompactionOptions.defaults());

        assertThat(plan.isEmpty()).isTrue();
        assertThat(plan).hasToString("""
                Compaction of table public.orders without a ledger yet, files of 256.0 MB (128.0 MB to 512.0 MB)
                Nothing to compact
                """);
    }

    @Test
    void fullLoadAndChangesNeverShareAnOutput() {
        load(1, 1).load(2, 1).cdc(5, 1).cdc(6, 1);

        assertThat(groups(plan(withTail())))
                .containsExactly(
                        List.of("LOAD00000001.parquet", "LOAD00000002.parquet"), List.of("change-5", "change-6"));
    }

    @Test
    void aFileThatStaysRawEndsAGroupSoThatOutputsStayInOrder() {
        cdc(5, 1).cdc(6, 1).cdc(7, 300 * MB).cdc(8, 1).cdc(9, 1);

        assertThat(groups(plan(withTail())))
                .containsExactly(List.of("change-5", "change-6"), List.of("change-8", "change-9"));
    }

    @Test
    void filesAreYoungUntilTheSettleTimeHasPassedUnlessDeclaredSettled() {
        cdc(5, 1).cdc(6, 1).cdc(109, 1).cdc(110, 1).cdc(119, 1);

        CompactionPlan waiting = plan(withTail());
        CompactionPlan settled = plan(CompactionOptions.builder().settled().build());

        assertThat(groups(waiting)).containsExactly(List.of("change-5", "change-6", "change-109"));
        assertThat(keys(waiting.waiting())).containsExactly("change-110", "change-119");
        assertThat(groups(settled))
                .containsExactly(List.of("change-5", "change-6", "change-109", "change-110", "change-119"));
        assertThat(settled.waiting()).isEmpty();
    }

    @Test
    void aTailThatFillsNoOutputWaitsUnlessTheCallerAsks() {
        everyMinute(5, 15, 10 * MB);

        CompactionPlan waiting = plan(CompactionOptions.defaults());

        assertThat(waiting.isEmpty()).isTrue();
        assertThat(waiting.waiting())
                .hasSize(11)
                .extracting(CompactionPlan.Skipped::reason)
                .containsOnly("the files at the end of its partition do not fill an output yet");
        assertThat(groups(plan(withTail())).get(0)).hasSize(11);
    }

    @Test
    void aTailIsTakenAtTheTargetIfItsSizeIsGuessedAndLittleAboveTheBandIfItIsMeasured() {
        everyMinute(5, 20, 10 * MB);
        CompactionPlan guessed = plan(CompactionOptions.defaults());
        everyMinute(-20, -5, 10 * MB);

        LedgerSnapshot measured = compacted("before", 160 * MB, minutes(-20, -5));

        assertThat(guessed.isEmpty()).isTrue();
        assertThat(groups(plan(CompactionOptions.defaults(), measured, TimelineOptions.defaults()))
                        .get(0))
                .hasSize(16)
                .startsWith("change-5");
    }

    private static int[] minutes(int from, int to) {
        return IntStream.rangeClosed(from, to).toArray();
    }

    @Test
    void aFullLoadIsClosedOnceAllItsFilesHaveSettled() {
        load(1, MB).load(2, MB);

        assertThat(groups(plan(CompactionOptions.defaults()))).hasSize(1);

        ObjectStat young = ObjectStat.of("raw/LOAD00000003.parquet", MB, new ETag("l3"), NOW.minusSeconds(1));
        add(new RawFile.Load(TABLE, young, RawFormat.PARQUET, "", 3));

        assertThat(groups(plan(CompactionOptions.defaults()))).isEmpty();
        assertThat(keys(plan(CompactionOptions.defaults()).waiting())).hasSize(3);
    }

    @Test
    void aFullLoadOfWhichFilesAreMissingIsNotClosed() {
        load(1, MB).load(3, MB);

        assertThat(plan(CompactionOptions.defaults()).isEmpty()).isTrue();
    }

    @Test
    void filesOfDifferentDateFoldersNeverShareAnOutputAndAFolderThatIsOverIsClosed() {
        Instant today = Instant.parse("2026-01-01T00:30:00Z");
        inFolder("2025/12/30", Instant.parse("2025-12-30T10:00:00Z"), MB);
        inFolder("2025/12/30", Instant.parse("2025-12-30T11:00:00Z"), MB);
        inFolder("2025/12/31", Instant.parse("2025-12-31T10:00:00Z"), MB);
        inFolder("2025/12/31", Instant.parse("2025-12-31T11:00:00Z"), MB);
        inFolder("2026/01/01", today, MB).inFolder("2026/01/01", today.plusSeconds(60), MB);

        CompactionPlan plan = plan(CompactionOptions.defaults());

        assertThat(plan.groups())
                .extracting(CompactionPlan.Group::partition)
                .containsExactly("2025/12/30", "2025/12/31");
        assertThat(keys(plan.waiting()))
                .containsExactly("2026/01/01/20260101-003000000.parquet", "2026/01/01/20260101-003100000.parquet");
    }

    @Test
    void theLastDateFolderIsClosedWhenItsDayIsOverByTheSettleTime() {
        inFolder("2025-12-31", Instant.parse("2025-12-31T10:00:00Z"), MB);
        inFolder("2025-12-31", Instant.parse("2025-12-31T11:00:00Z"), MB);
        var hours = CompactionOptions.builder().settleTime(Duration.ofHours(2)).build();
        var longer =
                CompactionOptions.builder().settleTime(Duration.ofMinutes(121)).build();

        assertThat(groups(plan(hours))).hasSize(1);
        assertThat(groups(plan(longer))).isEmpty();
        assertThat(plan(longer).waiting()).hasSize(2);
    }

    @Test
    void aDayThatIsOverWaitsForItsFilesThatHaveNotSettled() {
        inFolder("2025/12/31", Instant.parse("2025-12-31T10:00:00Z"), MB);
        inFolder("2025/12/31", Instant.parse("2025-12-31T11:00:00Z"), MB);
        ObjectStat copied = ObjectStat.of("raw/2025/12/31/20251231-120000000.parquet", MB, new ETag("x"), NOW);
        add(new RawFile.Cdc(TABLE, copied, RawFormat.PARQUET, Instant.parse("2025-12-31T12:00:00Z")));

        CompactionPlan plan = plan(CompactionOptions.defaults());

        assertThat(plan.isEmpty()).isTrue();
        assertThat(plan.waiting()).hasSize(3);
    }

    @Test
    void manyOutputsAreCutIntoTasksOfAFewEach() {
        everyMinute(-3_000, -1_001, 5 * MB);

        CompactionPlan plan = plan(CompactionOptions.defaults(), ledger.snapshot(), TimelineOptions.defaults());

        assertThat(plan.sources()).hasSize(2_000);
        assertThat(plan.expectedOutputs()).isEqualTo(40);
        assertThat(plan.groups())
                .hasSize(4)
                .allSatisfy(group -> assertThat(group.outputs()).hasSizeBetween(8, 15));
        assertThat(plan.groups().stream().flatMap(group -> group.outputs().stream()))
                .allSatisfy(output -> assertThat(output.bytes()).isBetween(230 * MB, 280 * MB));
    }

    @Test
    void sizesAreEstimatedByWhatCompactionsBeforeMadeOfTheTablesBytes() {
        everyMinute(-300, -201, 10 * MB).everyMinute(-200, -101, 10 * MB);

        LedgerSnapshot measured = compacted("before", 250 * MB, minutes(-300, -201));
        CompactionPlan plan = plan(withTail(), measured, TimelineOptions.defaults());

        assertThat(plan.bytes()).isEqualTo(1_000 * MB);
        assertThat(plan.expectedBytes()).isEqualTo(250 * MB);
        assertThat(plan.expectedOutputs()).isEqualTo(1);
    }

    @Test
    void beforeThereAreAnySizesAreEstimatedByFooters() {
        everyMinute(5, 8, 10 * MB);
        Map<String, FileVolume> footers = Map.of(
                "raw/change-5", new FileVolume(9 * MB, 40 * MB, "GZIP"),
                "raw/change-6", new FileVolume(8 * MB, 16 * MB, "SNAPPY"),
                "raw/change-7", new FileVolume(10 * MB, 10 * MB, "UNCOMPRESSED"));

        CompactionPlan plan = plan(
                withTail(),
                file -> Optional.ofNullable(footers.get(file.key())).map(volume -> profile(List.of(), volume)));

        // 9 as they are, 0.75 of 8, 0.45 of 10, and the size of the file without a footer
        assertThat(plan.expectedBytes()).isEqualTo(9 * MB + 6 * MB + 45 * MB / 10 + 10 * MB);
    }

    @Test
    @DisplayName("S15: files whose columns differ share outputs that have the columns of all, with the wider types")
    void theColumnsOfAllFilesOfATaskArePlanned() {
        everyMinute(5, 9, MB);
        Map<String, String> stored = Map.of(
                "raw/change-5", "n int32",
                "raw/change-6", "n int32, d fixed_len_byte_array(7) (DECIMAL(15,2))",
                "raw/change-7", "n int64, new one binary (STRING)",
                "raw/change-8", "n int32 (INTEGER(8,true))",
                "raw/change-9", "n int32");

        CompactionPlan plan = plan(withTail(), file -> Optional.of(stored(stored.get(file.key()))));

        assertThat(groups(plan)).hasSize(1);
        assertThat(plan.tasks().get(0).columns())
                .containsExactly(
                        new OutputColumn("n", "int64"),
                        new OutputColumn("d", "int64 (DECIMAL(15,2))"),
                        new OutputColumn("new one", "binary (STRING)"));
    }

    @Test
    @DisplayName(
            "S15: where no type takes the values of both, an output ends, and the plan says so by the rule of the engine")
    void outputsAreCutWhereTypesHaveNoneInCommon() {
        for (List<String> pair : List.of(
                List.of("n int32", "n binary (STRING)"),
                List.of("n int64 (TIMESTAMP(MICROS,true))", "n int64 (TIMESTAMP(NANOS,true))"),
                List.of("n int64 (TIMESTAMP(MICROS,true))", "n int64 (TIMESTAMP(MICROS,false))"),
                List.of("n int32", "N int32"))) {
            files.clear();
            everyMinute(5, 8, MB);

            CompactionPlan plan = plan(
                    withTail(),
                    file -> Optional.of(stored(pair.get(file.key().compareTo("raw/change-7") < 0 ? 0 : 1))));

            assertThat(groups(plan))
                    .as(pair.toString())
                    .containsExactly(List.of("change-5", "change-6"), List.of("change-7", "change-8"));
            assertThat(plan.groups().get(0).change()).isEmpty();
            assertThat(plan.groups().get(1).change())
                    .hasValueSatisfying(why -> assertThat(why)
                            .matches("from raw/change-7 on column '(n' is .* no type takes the values of both exactly"
                                    + "|N' differs from 'n' only in case)"));
            assertThat(plan.toString()).contains("from raw/change-7 on column ");
        }
    }

    /** A profile of a file with columns such as {@code n int64, d binary (STRING)}. */
    private static FileProfile stored(String columns) {
        List<String> names = new ArrayList<>();
        List<String> types = new ArrayList<>();
        for (String column : columns.split(", ")) {
            int end = column.startsWith("new one ") ? 7 : column.indexOf(' ');
            names.add(column.substring(0, end));
            types.add(column.substring(end + 1));
        }
        return new FileProfile(FileEvidence.ofRows(10), List.of(), names, List.of(), ReadCounts.NONE, null, types);
    }

    private static FileProfile profile(List<Column> columns, @Nullable FileVolume volume) {
        return new FileProfile(
                FileEvidence.ofRows(10), List.of(), List.of(), columns, ReadCounts.NONE, volume, List.of());
    }

    @Test
    void aCompactedFileBelowTheBandJoinsItsNeighboursInOrder() {
        everyMinute(5, 24, 10 * MB);
        LedgerSnapshot snapshot = compacted("small", 50 * MB, 10, 11, 12, 13, 14);

        CompactionPlan plan = plan(withTail(), snapshot, file -> Optional.of(stored("id int64")));

        assertThat(groups(plan).get(0)).hasSize(20).startsWith("change-5").endsWith("change-24");
        assertThat(plan.groups().get(0).files())
                .extracting(CompactionSource::key)
                .hasSize(16)
                .startsWith(
                        "raw/change-5",
                        "raw/change-6",
                        "raw/change-7",
                        "raw/change-8",
                        "raw/change-9",
                        "small",
                        "raw/change-15");
        assertThat(plan.rows()).isEqualTo(200);
        assertThat(plan.tasks().get(0).sources().get(5)).isInstanceOf(CompactionSource.Compacted.class);
    }

    @Test
    void aCompactedFileInTheBandIsNotWrittenAgain() {
        everyMinute(5, 24, 10 * MB);
        LedgerSnapshot snapshot = compacted("large", 128 * MB, 5, 6, 7, 8);

        assertThat(groups(plan(withTail(), snapshot)).get(0)).hasSize(16).startsWith("change-9");
    }

    @Test
    void aCompactedFileIsNotWrittenAgainForLittle() {
        cdc(5, 40 * MB).cdc(6, 40 * MB).cdc(7, MB).cdc(8, MB);
        LedgerSnapshot snapshot = compacted("small", 80 * MB, 5, 6);

        assertThat(groups(plan(withTail(), snapshot))).containsExactly(List.of("change-7", "change-8"));

        cdc(9, 80 * MB);

        assertThat(plan(withTail(), snapshot).groups().get(0).replaced()).hasSize(1);
    }

    @Test
    void aCompactedFileBetweenWhoseRawFilesAnotherCameLateStaysAsItIs() {
        cdc(5, 40 * MB).cdc(7, 40 * MB);
        LedgerSnapshot snapshot = compacted("small", 80 * MB, 5, 7);
        cdc(6, 60 * MB).cdc(8, 60 * MB);

        CompactionPlan plan = plan(withTail(), snapshot);

        assertThat(groups(plan)).containsExactly(List.of("change-6", "change-8"));
        assertThat(plan.groups().get(0).replaced()).isEmpty();
    }

    @Test
    void leftoversAndChangesOlderThanTheLoadAreLeftAlone() {
        ObjectStat old = ObjectStat.of("raw/LOAD00000003.parquet", 1, new ETag("old"), START.minusSeconds(3600));
        load(1, 1).load(2, 1);
        files.add(new TimelineFile(new RawFile.Load(TABLE, old, RawFormat.PARQUET, "", 3), FileEvidence.ofRows(1)));
        cdc(-5, 1).cdc(-4, 1).cdc(5, 1).cdc(6, 1);

        CompactionPlan plan = plan(withTail());

        assertThat(groups(plan))
                .containsExactly(
                        List.of("LOAD00000001.parquet", "LOAD00000002.parquet"), List.of("change-5", "change-6"));
        assertThat(plan.untouched())
                .extracting(skipped -> skipped.file().key() + ": " + skipped.reason())
                .containsExactly(
                        "raw/LOAD00000003.parquet: an earlier load left it behind",
                        "raw/change--5: it is older than the load",
                        "raw/change--4: it is older than the load");
    }

    @Test
    void aScaledDownTargetScalesTheBand() {
        var own = CompactionOptions.builder()
                .band(DataSize.ofMegabytes(200), DataSize.ofMegabytes(400))
                .build();
        var small = CompactionOptions.builder()
                .targetSize(DataSize.ofKilobytes(100))
                .build();

        assertThat(small.smallestOfBand()).isEqualTo(DataSize.ofKilobytes(50));
        assertThat(small.largestOfBand()).isEqualTo(DataSize.ofKilobytes(200));
        assertThat(CompactionOptions.defaults().smallestOfBand()).isEqualTo(DataSize.ofMegabytes(128));
        assertThat(CompactionOptions.defaults().largestOfBand()).isEqualTo(DataSize.ofMegabytes(512));
        assertThat(small.toBuilder().build()).isEqualTo(small);
        assertThat(own.toBuilder().build()).isEqualTo(own);
        assertThat(own.targetSize()).isEqualTo(CompactionOptions.DEFAULT_TARGET_SIZE);
    }

    @Test
    void optionsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> CompactionOptions.builder()
                        .targetSize(DataSize.ofBytes(1))
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot compact to files of 1 B: give at least 2 bytes.");
        assertThatThrownBy(() -> CompactionOptions.builder()
                        .band(DataSize.ofMegabytes(300), DataSize.ofMegabytes(600))
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Cannot compact to files of 256.0 MB in a band of 300.0 MB to 600.0 MB: give a smallest size of at least 1 byte, and a target between the two.");
        assertThatThrownBy(() -> CompactionOptions.builder()
                        .band(DataSize.ofMegabytes(200), DataSize.ofMegabytes(300))
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Cannot compact to files of 200.0 MB to 300.0 MB: not every amount of data can be cut into such files. Let the largest be at least twice the smallest.");
        assertThatThrownBy(() -> CompactionOptions.builder()
                        .settleTime(Duration.ofSeconds(-1))
                        .build())
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> CompactionOptions.builder().rowGroupRows(0).build())
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTimelineOfAnotherTableIsRefused() {
        Ledger other = Ledger.open(
                new InMemoryObjectStore(() -> NOW),
                "control",
                TableId.of("public", "other"),
                new Random(1),
                Ledger.Backoff.none());

        assertThatThrownBy(() -> plan(CompactionOptions.defaults(), other.snapshot()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot plan a compaction of table public.orders on the ledger of table public.other.");
    }

    @Test
    @DisplayName("S18: outputs of very many tiny files end where the origin of their rows fills the footer")
    void veryManyTinyFilesDoNotShareAnOutput() {
        for (int i = 0; i < 70_000; i++) {
            cdc(i, 100);
        }
        var options = CompactionOptions.builder().settled().build();

        List<CompactionPlan.Output> outputs = plan(options).groups().get(0).outputs();

        assertThat(outputs).hasSize(2);
        assertThat(outputs).allSatisfy(output -> assertThat(output.files()).isLessThan(60_000));
    }

    @Test
    void outputsEndWhereTheOriginOfTheirRowsIsAsLongAsItMayBe() {
        everyMinute(0, 39, 100);
        var options = CompactionOptions.builder()
                .settled()
                .mostOriginBytes(10 * OriginBytes.expected(timelineFile()))
                .build();

        assertThat(plan(options).groups().get(0).outputs().stream().map(CompactionPlan.Output::files))
                .containsExactly(10, 10, 10, 10);
    }

    private PlacedFile timelineFile() {
        TimelineOptions loaded = TimelineOptions.defaults().withDeclaredLoadStart(START);
        return TableTimeline.of(TABLE, files, loaded).files().get(39);
    }

    @Test
    @DisplayName("a small compacted file whose origins are many is not written again and again")
    void aCompactedFileOfManyOriginsIsNotJoined() {
        everyMinute(0, 11, 100);
        LedgerSnapshot snapshot = compacted("out/a", 50, 0, 1, 2, 3, 4, 5);
        long ofOne = OriginBytes.expected(
                TableTimeline.of(TABLE, files, TimelineOptions.defaults().withDeclaredLoadStart(START))
                        .files()
                        .get(0));

        assertThat(plan(optionsWith(13 * ofOne), snapshot).groups().get(0).replaced())
                .hasSize(1);
        assertThat(plan(optionsWith(11 * ofOne), snapshot).groups().get(0).replaced())
                .isEmpty();
    }

    private static CompactionOptions optionsWith(long mostOriginBytes) {
        return CompactionOptions.builder()
                .settled()
                .mostOriginBytes(mostOriginBytes)
                .build();
    }

    @Test
    @DisplayName(
            "S6, S18: what an earlier load generation left is neither compacted nor joined with files of a later one")
    void generationsAreNeverMixed() {
        everyMinute(1, 6, 100);
        LedgerSnapshot snapshot = compacted("out/a", 50, 4, 5, 6);
        for (int number = 1; number <= 2; number++) {
            ObjectStat stat = ObjectStat.of(
                    "raw/LOAD0000000" + number + ".parquet",
                    MB,
                    new ETag("reloaded" + number),
                    START.plus(Duration.ofMinutes(30)).plusSeconds(number));
            add(new RawFile.Load(TABLE, stat, RawFormat.PARQUET, "", number));
        }
        everyMinute(31, 36, 100);

        CompactionPlan plan = plan(CompactionOptions.builder().settled().build(), snapshot, TimelineOptions.defaults());

        assertThat(groups(plan))
                .containsExactly(
                        List.of("LOAD00000001.parquet", "LOAD00000002.parquet"),
                        List.of("change-31", "change-32", "change-33", "change-34", "change-35", "change-36"));
        assertThat(plan.groups())
                .allSatisfy(group -> assertThat(group.replaced()).isEmpty());
        assertThat(keys(plan.untouched())).contains("change-1", "change-2", "change-3");
        PlacedFile file = plan.groups().get(1).sources().get(0);
        assertThat(CompactionPlan.belongTogether(
                        file, inGeneration(file, file.context().generation())))
                .isTrue();
        assertThat(CompactionPlan.belongTogether(file, inGeneration(file, START)))
                .isFalse();
    }

    private static PlacedFile inGeneration(PlacedFile file, Instant generation) {
        return new PlacedFile(
                file.file(),
                file.evidence(),
                new FileContext(generation, file.context().run()));
    }
}
