package io.convergence.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.DataSize;
import io.convergence.Finding;
import io.convergence.Severity;
import io.convergence.TableId;
import io.convergence.schema.DataType;
import io.convergence.source.RowImages;
import io.convergence.source.SourceColumn;
import io.convergence.source.SourceEngine;
import io.convergence.source.SourceSchema;
import io.convergence.source.SourceTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The preset without errors. */
class LakeReadyTest {
    private static final Path SOURCE = Path.of("src/main/java/io/convergence/target/ReplicationSpec.java");
    private static final TableId FAST = TableId.of("public", "fast");
    private static final TableId SLOW = TableId.of("public", "slow");

    @ParameterizedTest
    @EnumSource(SourceEngine.class)
    void whateverTheSourceThereAreNoErrorsAndOnlyFindingsThatItsDocumentationExplains(SourceEngine engine)
            throws IOException {
        ReplicationSpec spec = ReplicationSpec.lakeReady("lake", "raw")
                .sourceSchema(new SourceSchema(engine, tables()))
                .tableMappings(m -> m.include("%", "%"))
                .build();

        List<Finding> findings = spec.validate();

        assertThat(findings).extracting(Finding::severity).doesNotContain(Severity.ERROR);
        assertThat(findings).extracting(Finding::code).isSubsetOf(explained());
        assertThat(ReplicationSpec.parse(spec.toJson())).isEqualTo(spec);
    }

    @Test
    void overAllSourcesEveryFindingThatIsExplainedOccurs() throws IOException {
        List<String> codes = new ArrayList<>();
        for (SourceEngine engine : SourceEngine.values()) {
            ReplicationSpec.lakeReady("lake", "raw")
                    .sourceSchema(new SourceSchema(engine, tables()))
                    .tableMappings(m -> m.include("%", "%"))
                    .validate()
                    .forEach(finding -> codes.add(finding.code()));
        }

        assertThat(codes).containsAll(explained());
    }

    @Test
    void nothingButNotesIsSaidOfATableThatLogsWholeRowsOfSimpleTypes() {
        ReplicationSpec spec = ReplicationSpec.lakeReady("lake", "raw")
                .sourceSchema(SourceSchema.of(SourceEngine.POSTGRESQL, SpecFixture.table("public", "t")))
                .tableMappings(m -> m.include("public", "%"))
                .build();

        assertThat(spec.validate())
                .extracting(Finding::code)
                .containsExactly("PREP_MODE_LEAVES_FILES", "TRUNCATE_LEAVES_ROWS");
    }

    @Test
    void theTaskKeepsFilesWhenTheSourceDropsOrTruncates_S14() {
        TaskSettings task = SpecFixture.lakeReady(SpecFixture.table("public", "t"))
                .build()
                .taskSettings()
                .orElseThrow();

        assertThat(task.value(ChangeProcessingDdlHandlingPolicy.HANDLE_SOURCE_TABLE_TRUNCATED))
                .isFalse();
        assertThat(task.value(ChangeProcessingDdlHandlingPolicy.HANDLE_SOURCE_TABLE_DROPPED))
                .isFalse();
        assertThat(task.value(ChangeProcessingDdlHandlingPolicy.HANDLE_SOURCE_TABLE_ALTERED))
                .isTrue();
        assertThat(task.value(FullLoadSettings.TARGET_TABLE_PREP_MODE)).isEqualTo(TargetTablePrepMode.DO_NOTHING);
        assertThat(task.sets(TargetMetadata.LOB_MAX_SIZE)).isTrue();
    }

    @Test
    void theSizeAtWhichLobsAreCutMayBeGiven() {
        ReplicationSpec spec = SpecFixture.lakeReady(SpecFixture.table("public", "t"))
                .lobMaxSize(DataSize.ofMegabytes(1))
                .build();

        assertThat(spec.lobMaxSize()).isEqualTo(DataSize.ofMegabytes(1));
        assertThat(spec.taskSettings().orElseThrow().lobMaxSize()).isEqualTo(DataSize.ofMegabytes(1));
        assertThat(spec.toBuilder()
                        .lobMaxSize(DataSize.ofMegabytes(2))
                        .build()
                        .taskSettings()
                        .orElseThrow()
                        .lobMaxSize())
                .isEqualTo(DataSize.ofMegabytes(2));
    }

    @Test
    void withRatesFilesOfTablesThatChangeFastEnoughLandInTheBand() {
        List<ChangeRate> rates = List.of(
                ChangeRate.of(FAST, 5_000, DataSize.ofBytes(1_000)), ChangeRate.of(SLOW, 100, DataSize.ofBytes(1_000)));

        S3TargetSettings settings = ReplicationSpec.lakeReady("lake", "raw", rates)
                .sourceSchema(SourceSchema.of(
                        SourceEngine.POSTGRESQL,
                        SpecFixture.table("public", "fast"),
                        SpecFixture.table("public", "slow")))
                .tableMappings(m -> m.include("public", "%"))
                .build()
                .settings();

        assertThat(settings.cdcMaxBatchInterval()).isEqualTo(Duration.ofSeconds(2_685));
        assertThat(FileSizeForecast.of(settings, rates).files())
                .extracting(FileForecast::fileSize)
                .allMatch(size -> size.compareTo(FileSizeForecast.SMALLEST) >= 0
                        && size.compareTo(FileSizeForecast.LARGEST) <= 0);
        assertThat(FileSizeForecast.of(settings, rates).compactionNeeded()).isFalse();
    }

    @Test
    void aTableTooSlowForTheBandDoesNotMakeChangesWait() {
        S3TargetSettings settings = ReplicationSpec.lakeReady(
                        "lake", "raw", List.of(ChangeRate.of(SLOW, 0.1, DataSize.ofBytes(1_000))))
                .sourceSchema(SourceSchema.of(SourceEngine.POSTGRESQL, SpecFixture.table("public", "slow")))
                .tableMappings(m -> m.include("public", "%"))
                .build()
                .settings();

        assertThat(settings.cdcMaxBatchInterval()).isEqualTo(Duration.ofMinutes(5));
    }

    /** One table for each thing that a source can make doubtful. */
    private static List<SourceTable> tables() {
        List<SourceColumn> columns = List.of(
                column("id", DataType.of(DataType.Kind.INT8), "bigint", 8),
                column("at", DataType.datetime(9), "timestamp", 8),
                column("day", DataType.of(DataType.Kind.DATE), "date", 4),
                column("hour", DataType.of(DataType.Kind.TIME), "time with time zone", 12),
                column("amount", DataType.numeric(28, 6), "numeric", SourceColumn.UNBOUNDED),
                column("paid", DataType.string(5), "boolean", 1),
                column("place", DataType.of(DataType.Kind.NCLOB), "pg_lsn", 8),
                column("note", DataType.of(DataType.Kind.NCLOB), "text", SourceColumn.UNBOUNDED),
                column("doc", DataType.of(DataType.Kind.CLOB), "xml", 1_000_000),
                new SourceColumn("body", DataType.wstring(0), false, "text", SourceColumn.UNBOUNDED, false, false));
        return List.of(
                SourceTable.of(TableId.of("public", "part"), columns, List.of("id"), RowImages.KEY_ONLY),
                SourceTable.of(TableId.of("public", "whole"), columns, List.of("id"), RowImages.FULL),
                SourceTable.of(TableId.of("public", "clock"), columns, List.of("at", "amount"), RowImages.FULL),
                SourceTable.of(TableId.of("public", "heap"), columns, List.of(), RowImages.FULL));
    }

    private static SourceColumn column(String name, DataType type, String nativeType, long maxBytes) {
        return new SourceColumn(name, type, true, nativeType, maxBytes, false, false);
    }

    /** The codes in the documentation of {@code lakeReady}. */
    private static List<String> explained() throws IOException {
        String source = Files.readString(SOURCE);
        int end = source.indexOf("static Builder lakeReady(String bucketName, String bucketFolder)");
        String text = source.substring(source.lastIndexOf("/**", end), end).replaceAll("\\R\\s*\\*", "");
        return Pattern.compile("\\{@code\\s+([A-Z_]{6,})}")
                .matcher(text)
                .results()
                .map(match -> match.group(1))
                .toList();
    }
}
