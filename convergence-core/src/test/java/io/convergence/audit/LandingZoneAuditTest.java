package io.convergence.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.convergence.Finding;
import io.convergence.Severity;
import io.convergence.TableId;
import io.convergence.change.Operation;
import io.convergence.change.ParquetFixture;
import io.convergence.raw.TableTimeline;
import io.convergence.schema.SchemaChange;
import io.convergence.target.RowShape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LandingZoneAuditTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/audit/rich-zone.txt");
    private static final Instant START = Instant.parse("2024-06-12T10:00:00Z");

    private final DmsFiles files = new DmsFiles();

    @Test
    void richZoneIsDescribedAsTheGoldenFileSays() throws IOException {
        String actual = audit(RichZone.create()).toString();

        if ("write".equals(System.getProperty("convergence.golden"))) {
            Files.createDirectories(GOLDEN.getParent());
            Files.writeString(GOLDEN, actual);
            fail("Written: " + GOLDEN + ". Read the difference, then run without -Dconvergence.golden.");
        }
        assertThat(actual).isEqualTo(Files.readString(GOLDEN));
    }

    @Test
    void jsonSaysWhatTheRecordsSay() throws IOException {
        LandingZoneReport report = audit(RichZone.create());

        JsonNode json = new ObjectMapper().readTree(report.toJson());

        JsonNode orders = json.at("/tables/1");
        assertThat(orders.at("/table").textValue()).isEqualTo("public.orders");
        assertThat(orders.at("/loadFiles").longValue()).isEqualTo(2);
        assertThat(orders.at("/runStarts/0/repeatedRows").longValue()).isEqualTo(3);
        assertThat(orders.at("/schemas/1/changes/0").textValue()).isEqualTo("there is a column rank int4");
        assertThat(json.at("/findings")).hasSize(report.findings().size());
        assertThat(json.at("/settings")).hasSize(report.settings().size());
    }

    @Test
    void pageIsSelfContainedAndEscapesNames() {
        String html = audit(RichZone.create()).toHtml();

        assertThat(html)
                .startsWith("<!DOCTYPE html>")
                .contains("read&lt;me&gt;.txt")
                .doesNotContain("read<me>")
                .doesNotContain("<script")
                .doesNotContain("src=")
                .doesNotContain("http")
                .doesNotContain("@import");
        assertThat(html.split("<svg ", -1)).hasSize(4);
        assertThat(html).contains("prefers-color-scheme:dark");
    }

    @Test
    void s3RowsWrittenAgainAfterARestartAreFoundByContent() {
        TableAudit orders = table(audit(RichZone.create()), "orders");

        assertThat(orders.runStarts()).singleElement().satisfies(start -> {
            assertThat(start.repeatedRows()).isEqualTo(3);
            assertThat(start.file()).isEqualTo("dms/public/orders/2024/06/12/20240612-110100020.parquet");
        });
        assertThat(codes(orders)).contains("REPLAY", "ORDER_DISPUTED");
        assertThat(orders.state()).isEqualTo(TableTimeline.State.DISPUTED);
    }

    @Test
    void s3RestartWithoutRepeatedRowsIsNoReplay() {
        changes("orders", START, DmsFiles.change("I", START, 100, 1, "a"));
        Instant later = START.plusSeconds(600);
        changes("orders", later, DmsFiles.change("I", later, 61, 2, "b"));

        TableAudit orders = table(audit(files), "orders");

        assertThat(orders.runs()).hasSize(2);
        assertThat(orders.runStarts())
                .containsExactly(new RunStart(
                        "public/orders/20240612-101100020.parquet",
                        "public/orders/20240612-100100020.parquet",
                        0,
                        1,
                        ""));
        assertThat(codes(orders)).doesNotContain("REPLAY");
    }

    @Test
    void s3RunThatStillRepeatsEarlierRowsIsToldApartFromOneThatHasFinished() {
        changes(
                "orders",
                START,
                DmsFiles.change("I", START, 100, 1, "a"),
                DmsFiles.change("I", START, 104, 2, "b"),
                DmsFiles.change("I", START, 108, 3, "c"));
        Instant later = START.plusSeconds(600);
        changes("orders", later, DmsFiles.change("I", START, 61, 1, "a"), DmsFiles.change("I", START, 65, 2, "b"));

        TableAudit orders = table(audit(files), "orders");

        assertThat(codes(orders)).contains("REPLAY_UNFINISHED").doesNotContain("REPLAY");
    }

    @Test
    void s16TwoSeriesOfCountersThatTakeTurnsAreSuspicious() {
        TableAudit shared = table(audit(RichZone.create()), "shared");

        Finding finding = finding(shared, "TWO_WRITERS_SUSPECTED");
        assertThat(finding.severity()).isEqualTo(Severity.ERROR);
        assertThat(finding.message()).contains("two series").contains("S16");
    }

    @Test
    void s16OneRestartIsNotSuspicious() {
        for (int i = 0; i < 6; i++) {
            Instant commit = START.plusSeconds(120L * i);
            changes("orders", commit, DmsFiles.change("I", commit, i < 3 ? 100 + i : 61 + i, i, "a"));
        }

        assertThat(codes(table(audit(files), "orders"))).doesNotContain("TWO_WRITERS_SUSPECTED");
    }

    @Test
    void settingsAreInferredWithTheirEvidence() {
        LandingZoneReport report = audit(RichZone.create());

        assertThat(values(report))
                .containsEntry("BucketFolder", "dms")
                .containsEntry("DatePartitionSequence", "YYYYMMDD")
                .containsEntry("DatePartitionDelimiter", "SLASH")
                .containsEntry("IncludeOpForFullLoad", "true")
                .containsEntry("TimestampColumnName", "ts")
                .containsEntry("add-column $AR_H_CHANGE_SEQ", "seq")
                .containsEntry("add-before-image-columns", "before_…")
                .containsEntry("ParquetVersion", "parquet-2-0")
                .containsEntry("DataFormat", "parquet")
                .containsEntry("CompressionType", "NONE")
                .containsEntry("EncodingType", "plain")
                .containsEntry("UseTaskStartTimeForFullLoadTimestamp", "false")
                .containsEntry("CdcMaxBatchInterval", "60 s");
        assertThat(report.settings())
                .allSatisfy(setting -> assertThat(setting.evidence()).isNotBlank());
    }

    @Test
    void opIsToldForLoadAndChangesApart() {
        files.add(
                "public/orders/LOAD00000001.parquet",
                START,
                DmsFiles.dms(ParquetFixture.of("required binary ts (UTF8); optional int64 id;")
                        .write(row ->
                                row.append("ts", DmsFiles.timestamp(START)).append("id", 1L))));
        files.add(
                "public/orders/20240612-100100020.parquet",
                START.plusSeconds(61),
                DmsFiles.dms(ParquetFixture.of("required binary ts (UTF8); optional int64 id;")
                        .write(row ->
                                row.append("ts", DmsFiles.timestamp(START)).append("id", 1L))));

        LandingZoneReport report = audit(files);

        assertThat(values(report))
                .containsEntry("IncludeOpForFullLoad", "false")
                .containsEntry("CdcInsertsOnly", "true");
        assertThat(codes(table(report, "orders"))).contains("OPERATION_MISSING");
        assertThat(table(report, "orders").rowFacts().orElseThrow().withoutOperation())
                .isEqualTo(2);
    }

    @Test
    void tableWithoutSequenceAndTimestampIsOrderless() {
        TableAudit notes = table(audit(RichZone.create()), "notes");

        assertThat(notes.columns()).isEqualTo(DmsColumns.NONE);
        assertThat(codes(notes)).contains("SEQUENCE_AND_TIMESTAMP_MISSING", "NO_LOAD", "BEFORE_IMAGES_MISSING");
    }

    @Test
    void oneBadFileIsAFindingAndTheOthersAreRead() {
        TableAudit orders = table(audit(RichZone.create()), "orders");

        assertThat(orders.coverage().unreadable()).isEqualTo(1);
        assertThat(finding(orders, "FILE_UNREADABLE").path())
                .isEqualTo("dms/public/orders/2024/06/13/20240613-171000000.parquet");
        assertThat(orders.rowFacts().orElseThrow().rows()).isPositive();
    }

    @Test
    void columnsOfDmsAreRecognisedInCsvThatNobodyDescribed() {
        files.add(
                "public/orders/LOAD00000001.csv",
                START,
                ("I,2024-06-12 10:00:00.000001,1,a,\nI,2024-06-12 10:00:00.000002,2,b,\n")
                        .getBytes(StandardCharsets.UTF_8));
        Instant commit = START.plusSeconds(60);
        files.add(
                "public/orders/20240612-100200020.csv",
                START.plusSeconds(121),
                ("U," + DmsFiles.timestamp(commit) + ",1,c," + DmsFiles.sequence(commit, 61) + "\nD,"
                                + DmsFiles.timestamp(commit) + ",2,," + DmsFiles.sequence(commit, 65) + "\n")
                        .getBytes(StandardCharsets.UTF_8));

        LandingZoneReport report = audit(files);

        TableAudit orders = table(report, "orders");
        assertThat(orders.columns().timestamp()).contains("col1");
        assertThat(orders.columns().sequence()).contains("col4");
        RowFacts rows = orders.rowFacts().orElseThrow();
        assertThat(rows.rows()).isEqualTo(4);
        assertThat(rows.count(Operation.DELETE)).isEqualTo(1);
        assertThat(rows.keyOnlyDeletes()).hasValue(1);
        assertThat(rows.smallest()).contains(Instant.parse("2024-06-12T10:00:00.000001Z"));
        assertThat(orders.state()).isEqualTo(TableTimeline.State.READY);
        assertThat(values(report)).containsEntry("DataFormat", "csv");
    }

    @Test
    void unreadableCsvIsCountedAndSaid() {
        files.add("public/events/LOAD00000001.csv.gz", START, "no gzip".getBytes(StandardCharsets.UTF_8));

        TableAudit events = table(audit(files), "events");

        assertThat(events.loadFiles()).isEqualTo(1);
        assertThat(events.rowFacts()).isEmpty();
        assertThat(finding(events, "ROWS_NOT_READ").message())
                .startsWith("Of 1 CSV files only names and sizes are known");
    }

    @Test
    void sequenceRangesComeFromStatisticsWhereRowsAreNotRead() {
        for (int i = 0; i < 6; i++) {
            Instant commit = START.plusSeconds(120L * i);
            changes("orders", commit, DmsFiles.change("I", commit, i == 3 ? 61 : 100 + i, i, "a"));
        }

        LandingZoneReport report = LandingZoneAudit.run(
                files.store(), "", AuditOptions.builder().rowFilesPerTable(0).build(), AuditListener.none());

        TableAudit orders = table(report, "orders");
        assertThat(orders.rowFacts()).isEmpty();
        assertThat(orders.runs()).hasSize(2);
        assertThat(finding(orders, "SAMPLED").message())
                .contains("Of 6 files the footers of 6 and the rows of 0 (0 rows)");
    }

    @Test
    void columnsAreReadWhereStatisticsAreOff() {
        for (int i = 0; i < 4; i++) {
            Instant commit = START.plusSeconds(120L * i);
            byte[] file = DmsFiles.dms(ParquetFixture.of(DmsFiles.CHANGES)
                    .with(builder -> builder.withStatisticsEnabled(false))
                    .write(DmsFiles.change("I", commit, i == 2 ? 61 : 100 + i, i, "a")));
            add("orders", commit, file);
        }

        LandingZoneReport report = LandingZoneAudit.run(
                files.store(), "", AuditOptions.builder().rowFilesPerTable(0).build(), AuditListener.none());

        assertThat(table(report, "orders").runs()).hasSize(2);
        assertThat(values(report)).containsEntry("EnableStatistics", "false");
    }

    @Test
    void columnsAreFollowedFromFileToFile() {
        schema("optional int64 id; optional int32 rank;", 0);
        schema("optional int64 id; optional int64 rank;", 1);
        schema("optional int64 id; optional int64 rank; optional binary note (UTF8);", 2);
        schema("optional int64 id; optional int64 place; optional binary note (UTF8);", 3);
        schema("optional int64 id; optional int64 place; optional double note;", 4);

        TableAudit orders = table(audit(files), "orders");

        assertThat(orders.schemas()).hasSize(5);
        assertThat(orders.schemas().get(1).firstFile()).isEqualTo("public/orders/20240612-100200020.parquet");
        assertThat(orders.schemas().get(1).changes()).singleElement().isInstanceOf(SchemaChange.TypeChanged.class);
        assertThat(finding(orders, "RENAME_SUSPECTED").path()).isEqualTo("public/orders/20240612-100400020.parquet");
        assertThat(finding(orders, "TYPE_NOT_WIDENABLE").severity()).isEqualTo(Severity.ERROR);
        assertThat(codes(orders).stream().filter("SCHEMA_DRIFT"::equals)).hasSize(2);
    }

    @Test
    void smallFilesAreCountedWithWhatCompactionWouldLeave() {
        for (int i = 0; i < 12; i++) {
            Instant commit = START.plusSeconds(60L * i);
            changes("orders", commit, DmsFiles.change("I", commit, 100 + i, i, "a"));
        }

        TableAudit orders = table(audit(files), "orders");

        assertThat(orders.sizes().below8MegaBytes()).isEqualTo(12);
        assertThat(orders.filesAfterCompaction()).isEqualTo(1);
        assertThat(finding(orders, "SMALL_FILES").message())
                .contains("12 of 12 files are smaller than 8 MB")
                .contains("compaction would leave about 1");
    }

    @Test
    void missingLoadNumbersAndLeftoversAreTold() {
        load(1, START.plusSeconds(100));
        load(2, START);
        load(4, START.plusSeconds(102));

        TableAudit orders = table(audit(files), "orders");

        assertThat(orders.leftovers()).isEqualTo(1);
        assertThat(codes(orders)).contains("LOAD_LEFTOVER", "LOAD_FILE_MISSING", "NO_CHANGES");
        assertThat(orders.state()).isEqualTo(TableTimeline.State.HELD);
    }

    @Test
    void longGapIsTold() {
        for (int i = 0; i < 11; i++) {
            Instant commit = START.plusSeconds(60L * i).plus(i == 10 ? Duration.ofDays(16) : Duration.ZERO);
            changes("orders", commit, DmsFiles.change("I", commit, 100 + i, i, "a"));
        }

        TableAudit orders = table(audit(files), "orders");

        assertThat(orders.medianGap()).isEqualTo(Duration.ofMinutes(1));
        assertThat(orders.longestGaps().get(0).length())
                .isEqualTo(Duration.ofDays(16).plusMinutes(1));
        assertThat(finding(orders, "LONG_GAP").message()).contains("for 16 d after");
    }

    @Test
    void declaredColumnThatDoesNotExistIsToldAndTheRealOneIsUsed() {
        changes("orders", START, DmsFiles.change("I", START, 100, 1, "a"));

        LandingZoneReport report = LandingZoneAudit.run(
                files.store(),
                "",
                AuditOptions.builder()
                        .shapes(table -> Optional.of(RowShape.plain().withSequenceColumn("sequence")))
                        .build(),
                AuditListener.none());

        TableAudit orders = table(report, "orders");
        assertThat(finding(orders, "DECLARED_COLUMN_MISSING").message()).contains("[sequence]");
        assertThat(orders.columns().sequence()).contains("seq");
        assertThat(orders.rowFacts().orElseThrow().count(Operation.INSERT)).isEqualTo(1);
    }

    @Test
    void prefixWithoutFilesIsAFinding() {
        files.add("public/readme.txt", START, new byte[] {1});

        LandingZoneReport report = audit(files);

        assertThat(report.tables()).isEmpty();
        assertThat(report.findings()).extracting(Finding::code).containsExactly("FOREIGN_OBJECT", "NO_FILES");
        assertThat(report.needsAttention()).isTrue();
        assertThat(report.toHtml()).contains("NO_FILES");
    }

    @Test
    void nothingIsWrittenAndProgressReachesItsTotals() {
        DmsFiles zone = RichZone.create();
        List<String> keys =
                zone.store().listAll("").map(stat -> stat.key() + stat.etag()).toList();
        List<String> heard = new ArrayList<>();

        LandingZoneAudit.run(
                zone.store(),
                "",
                AuditOptions.defaults(),
                (step, done, total) -> heard.add(step + " " + done + " of " + total));

        assertThat(zone.store().listAll("").map(stat -> stat.key() + stat.etag()))
                .containsExactlyElementsOf(keys);
        assertThat(heard).contains("FOOTERS 27 of 27").contains("ROWS 20 of 20");
    }

    @Test
    void negativeLimitsAreRefused() {
        assertThatThrownBy(() -> AuditOptions.builder().rowFilesPerTable(-1).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot audit with rowFilesPerTable = -1: give 0 or a positive number.");
    }

    private void schema(String fields, int minute) {
        Instant commit = START.plusSeconds(60L * minute);
        add(
                "orders",
                commit,
                DmsFiles.dms(ParquetFixture.of("optional binary Op (UTF8); required binary ts (UTF8); " + fields)
                        .write(row -> row.append("Op", "I")
                                .append("ts", DmsFiles.timestamp(commit))
                                .append("id", 1L))));
    }

    private void load(int number, Instant arrival) {
        files.add(
                "public/orders/LOAD0000000" + number + ".parquet",
                arrival,
                DmsFiles.changes(DmsFiles.load(arrival, number, "a")));
    }

    private void changes(String table, Instant commit, ParquetFixture.Row... rows) {
        add(table, commit, DmsFiles.changes(rows));
    }

    private void add(String table, Instant commit, byte[] file) {
        Instant flushed = commit.plusMillis(60_020);
        files.add(
                "public/" + table + "/"
                        + flushed.toString().replaceAll("[-:Z.]", "").replace('T', '-') + ".parquet",
                flushed,
                file);
    }

    private static LandingZoneReport audit(DmsFiles zone) {
        return LandingZoneAudit.run(zone.store(), "", AuditOptions.defaults(), AuditListener.none());
    }

    private static TableAudit table(LandingZoneReport report, String name) {
        TableId id = TableId.of("public", name);
        return report.tables().stream()
                .filter(table -> table.table().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> codes(TableAudit table) {
        return table.findings().stream().map(Finding::code).toList();
    }

    private static Finding finding(TableAudit table, String code) {
        return table.findings().stream()
                .filter(finding -> finding.code().equals(code))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no finding " + code + " among " + codes(table)));
    }

    private static Map<String, String> values(LandingZoneReport report) {
        return report.settings().stream()
                .collect(java.util.stream.Collectors.toMap(
                        InferredSetting::name, InferredSetting::value, (one, other) -> one + " | " + other));
    }
}
