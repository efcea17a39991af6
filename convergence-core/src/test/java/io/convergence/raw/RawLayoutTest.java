package io.convergence.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.source.SourceEngine;
import io.convergence.store.ETag;
import io.convergence.store.ObjectStat;
import io.convergence.target.DatePartitionDelimiter;
import io.convergence.target.DatePartitionSequence;
import io.convergence.target.ReplicationSpec;
import io.convergence.target.S3TargetSettings;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RawLayoutTest {
    private static final TableId TABLE = TableId.of("Sales", "Products");
    private static final Instant MODIFIED = Instant.parse("2022-10-23T05:38:31Z");
    private static final Instant FLUSHED = Instant.parse("2022-10-23T05:38:30.913Z");
    private static final RawLayout PLAIN = RawLayout.builder().build();

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "LOAD00000001.parquet, '', 1, PARQUET",
        "LOAD0000000A.csv, '', 10, CSV",
        "LOAD0000000f.csv.gz, '', 15, CSV_GZIP",
        "LOAD00000010.parquet, '', 16, PARQUET",
        "LOADFFFFFFFF.parquet, '', 4294967295, PARQUET",
        "LOAD001.csv, '', 1, CSV",
        "LOAD00012.csv, '', 18, CSV",
        "SEGMENT3_LOAD00000002.csv, SEGMENT3, 2, CSV",
    })
    void loadNameIsRead(String name, String segment, long number, RawFormat format) {
        RawFileName parsed = RawFileName.parse(name);

        assertThat(parsed).isEqualTo(new RawFileName.Load(segment, number, format));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "20240612-103125108.csv, 2024-06-12T10:31:25.108Z",
        "20240612-103125108.csv.gz, 2024-06-12T10:31:25.108Z",
        "20221023-013830913.parquet, 2022-10-23T01:38:30.913Z",
        "20141029-1134010001.csv, 2014-10-29T11:34:01.000100Z",
        "20240229-235959999.parquet, 2024-02-29T23:59:59.999Z",
    })
    void nameOfChangesIsRead(String name, Instant expected) {
        Parsed parsed = PLAIN.parse(stat("Sales/Products/" + name));

        assertThat(((Parsed.Data) parsed).file()).isInstanceOfSatisfying(RawFile.Cdc.class, file -> {
            assertThat(file.instant()).isEqualTo(expected);
            assertThat(file.table()).isEqualTo(TABLE);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "LOAD00000000.parquet",
                "LOAD1.parquet",
                "LOAD000000001.parquet",
                "LOAD0000000G.parquet",
                "load00000001.parquet",
                "LOAD00000001.parquet.gz",
                "20240612-103125108.json",
                "20241312-103125108.csv",
                "20240230-103125108.csv",
                "20240612-243125108.csv",
                "20240612-10312510.csv",
                "20240612-10312510800.csv",
                "part-00000.parquet",
                "_SUCCESS",
            })
    void otherNameIsForeign(String name) {
        Parsed parsed = PLAIN.parse(stat("Sales/Products/" + name));

        assertThat(parsed).isInstanceOf(Parsed.Foreign.class);
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "YYYYMMDD, SLASH, 2022/10/23",
        "YYYYMMDD, DASH, 2022-10-23",
        "YYYYMMDD, UNDERSCORE, 2022_10_23",
        "YYYYMMDD, NONE, 20221023",
        "YYYYMMDDHH, SLASH, 2022/10/23/05",
        "YYYYMMDDHH, DASH, 2022-10-23-05",
        "YYYYMMDDHH, UNDERSCORE, 2022_10_23_05",
        "YYYYMMDDHH, NONE, 2022102305",
        "YYYYMM, SLASH, 2022/10",
        "YYYYMM, DASH, 2022-10",
        "YYYYMM, UNDERSCORE, 2022_10",
        "YYYYMM, NONE, 202210",
        "MMYYYYDD, SLASH, 10/2022/23",
        "MMYYYYDD, DASH, 10-2022-23",
        "MMYYYYDD, UNDERSCORE, 10_2022_23",
        "MMYYYYDD, NONE, 10202223",
        "DDMMYYYY, SLASH, 23/10/2022",
        "DDMMYYYY, DASH, 23-10-2022",
        "DDMMYYYY, UNDERSCORE, 23_10_2022",
        "DDMMYYYY, NONE, 23102022",
    })
    void everyDateFolderIsWrittenAndRead(
            DatePartitionSequence sequence, DatePartitionDelimiter delimiter, String folders) {
        RawLayout layout = RawLayout.builder()
                .bucketFolder("/dms/raw/")
                .datePartition(sequence, delimiter)
                .build();

        String key = layout.cdcKey(TABLE, FLUSHED, RawFormat.PARQUET);

        assertThat(key).isEqualTo("dms/raw/Sales/Products/" + folders + "/20221023-053830913.parquet");
        RawFile.Cdc expected = new RawFile.Cdc(TABLE, stat(key), RawFormat.PARQUET, FLUSHED);
        assertThat(layout.parse(stat(key))).isEqualTo(new Parsed.Data(expected, java.util.List.of()));
        assertThat(RawLayout.detect().parse(stat(key))).isEqualTo(new Parsed.Data(expected, java.util.List.of()));
        assertThat(PLAIN.parse(stat(key.substring("dms/raw/".length())))).isInstanceOf(Parsed.Foreign.class);
    }

    @Test
    void theLayoutFollowsFromTheSpec() {
        ReplicationSpec spec = ReplicationSpec.lakeReady("lake", "raw")
                .sourceEngine(SourceEngine.POSTGRESQL)
                .tableMappings(mappings -> mappings.include("sales", "%"))
                .build();

        RawLayout layout = RawLayout.of(spec);

        assertThat(layout.cdcKey(
                        TableId.of("sales", "orders"), Instant.parse("2024-06-12T10:31:25.108Z"), RawFormat.PARQUET))
                .isEqualTo("raw/sales/orders/2024/06/12/20240612-103125108.parquet");
    }

    @Test
    void dateFolderOfAnotherFormIsForeign() {
        RawLayout layout = RawLayout.builder()
                .datePartition(DatePartitionSequence.DDMMYYYY, DatePartitionDelimiter.SLASH)
                .build();

        Parsed parsed = layout.parse(stat("Sales/Products/2022/10/23/20221023-053830913.parquet"));

        assertThat(((Parsed.Foreign) parsed).reason())
                .isEqualTo(
                        "the settings ask for date folders such as '23/10/2022', but it lies in folder '2022/10/23'");
    }

    @Test
    void loadFilesLieOutsideDateFoldersAndMayLieInSegments() {
        RawLayout layout = RawLayout.builder()
                .datePartition(DatePartitionSequence.YYYYMMDD, DatePartitionDelimiter.SLASH)
                .build();

        assertThat(layout.loadKey(TABLE, 10, RawFormat.PARQUET)).isEqualTo("Sales/Products/LOAD0000000A.parquet");
        assertThat(layout.loadKey(TABLE, "p2021", 1, RawFormat.CSV)).isEqualTo("Sales/Products/p2021/LOAD00000001.csv");
        assertThat(layout.loadKey(TABLE, "SEGMENT2", 1, RawFormat.CSV))
                .isEqualTo("Sales/Products/SEGMENT2_LOAD00000001.csv");
        assertThat(load(layout, "Sales/Products/p2021/LOAD00000001.csv").segment())
                .isEqualTo("p2021");
        assertThat(load(layout, "Sales/Products/SEGMENT2_LOAD00000001.csv").segment())
                .isEqualTo("SEGMENT2");
        assertThat(layout.parse(stat("Sales/Products/a/b/LOAD00000001.csv"))).isInstanceOf(Parsed.Foreign.class);
        assertThatThrownBy(() -> layout.loadKey(TABLE, 0, RawFormat.CSV)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void transactionFileLiesInCdcPath() {
        RawLayout layout =
                RawLayout.builder().bucketFolder("f").cdcPath("/changes/all").build();
        Instant created = Instant.parse("2020-11-17T15:30:46.033Z");

        String key = layout.transactionKey(created, RawFormat.CSV);

        assertThat(key).isEqualTo("f/changes/all/CDC_TXN-20201117153046033.csv");
        assertThat(((Parsed.Data) layout.parse(stat(key))).file())
                .isEqualTo(new RawFile.Transaction(stat(key), RawFormat.CSV, created));
        assertThat(PLAIN.parse(stat(key))).isInstanceOf(Parsed.Foreign.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dmslogs/awsdms_apply_exceptions/LOAD00000001.csv",
                "awsdms_status/20240612-103125108.csv",
                "Sales/Products/awsdms_x.parquet",
                "s3_validation_failures/x.csv",
                "Sales/Products/",
            })
    void objectsOfDmsItselfAreControls(String key) {
        assertThat(PLAIN.parse(stat(key))).isInstanceOf(Parsed.Control.class);
        assertThat(RawLayout.detect().parse(stat(key))).isInstanceOf(Parsed.Control.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "LOAD00000001.csv",
                "Products/LOAD00000001.csv",
                "/Products/LOAD00000001.csv",
                "20240612-103125108.csv"
            })
    void fileWithoutTableIsForeign(String key) {
        assertThat(PLAIN.parse(stat(key))).isInstanceOf(Parsed.Foreign.class);
        assertThat(RawLayout.detect().parse(stat(key))).isInstanceOf(Parsed.Foreign.class);
    }

    @Test
    void fileOutsideTheBucketFolderIsForeign() {
        RawLayout layout = RawLayout.builder().bucketFolder("dms").build();

        assertThat(((Parsed.Foreign) layout.parse(stat("dms2/Sales/Products/LOAD00000001.csv"))).reason())
                .isEqualTo("it lies outside BucketFolder 'dms'");
    }

    @Test
    void givenTableTakesFilesWhereverTheyLie() {
        RawLayout layout = RawLayout.detect(TABLE);

        assertThat(load(layout, "LOAD00000001.csv").table()).isEqualTo(TABLE);
        assertThat(load(layout, "x/Sales/Products/p1/LOAD00000001.csv").segment())
                .isEqualTo("p1");
        assertThat(((RawFile.Cdc) ((Parsed.Data) layout.parse(stat("20221023-053830913.csv"))).file()).instant())
                .isEqualTo(FLUSHED);
    }

    @Test
    void nameInAnotherZoneIsDecodedToUtcS4() {
        RawLayout layout = RawLayout.builder()
                .datePartition(DatePartitionSequence.YYYYMMDDHH, DatePartitionDelimiter.DASH)
                .timezone(ZoneId.of("Asia/Tokyo"))
                .build();
        Instant evening = Instant.parse("2022-10-23T15:00:00.001Z");

        String key = layout.cdcKey(TABLE, evening, RawFormat.PARQUET);

        assertThat(key).isEqualTo("Sales/Products/2022-10-24-00/20221024-000000001.parquet");
        assertThat(((RawFile.Cdc) ((Parsed.Data) layout.parse(stat(key))).file()).instant())
                .isEqualTo(evening);
    }

    @ParameterizedTest(name = "stored {0} after the first reading: {1}")
    @CsvSource({
        "PT2S, 2024-10-27T00:30:00Z, false",
        "PT-3S, 2024-10-27T00:30:00Z, false",
        "PT40M, 2024-10-27T00:30:00Z, true",
        "PT1H2S, 2024-10-27T01:30:00Z, false",
        "PT59M57S, 2024-10-27T01:30:00Z, false",
        "PT240H, 2024-10-27T01:30:00Z, true",
        "PT-1H, 2024-10-27T00:30:00Z, true",
    })
    void repeatedHourIsDecidedByTimeOfStorageS4(String delay, Instant expected, boolean doubtful) {
        RawLayout layout =
                RawLayout.builder().timezone(ZoneId.of("Europe/Berlin")).build();
        Instant stored = Instant.parse("2024-10-27T00:30:00Z").plus(Duration.parse(delay));

        var parsed = (Parsed.Data) layout.parse(stat("Sales/Products/20241027-023000000.csv", stored));

        assertThat(((RawFile.Cdc) parsed.file()).instant()).isEqualTo(expected);
        assertThat(parsed.findings().stream().map(Finding::code))
                .isEqualTo(doubtful ? java.util.List.of("FILE_TIME_AMBIGUOUS") : java.util.List.of());
    }

    @Test
    void settingsDecideTheLayout() {
        RawLayout dated = RawLayout.of(S3TargetSettings.of(s -> s.bucketName("lake")
                .bucketFolder("raw")
                .datePartition(d -> d.sequence(DatePartitionSequence.MMYYYYDD)
                        .delimiter(DatePartitionDelimiter.UNDERSCORE)
                        .timezone(ZoneId.of("America/New_York")))));
        RawLayout transactions =
                RawLayout.of(S3TargetSettings.of(s -> s.bucketName("lake").cdc(c -> c.preserveTransactions("txn"))));

        assertThat(dated.cdcKey(TABLE, FLUSHED, RawFormat.PARQUET))
                .isEqualTo("raw/Sales/Products/10_2022_23/20221023-013830913.parquet");
        assertThat(transactions.transactionKey(FLUSHED, RawFormat.CSV)).isEqualTo("txn/CDC_TXN-20221023053830913.csv");
        assertThatThrownBy(() -> dated.transactionKey(FLUSHED, RawFormat.CSV))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void skippedHourProvesAnotherZoneS4() {
        RawLayout layout =
                RawLayout.builder().timezone(ZoneId.of("Europe/Berlin")).build();

        var parsed = (Parsed.Data) layout.parse(stat("Sales/Products/20240331-023000000.csv"));

        assertThat(((RawFile.Cdc) parsed.file()).instant()).isEqualTo(Instant.parse("2024-03-31T01:30:00Z"));
        assertThat(parsed.findings()).extracting(Finding::code).containsExactly("FILE_TIME_IMPOSSIBLE");
    }

    private static RawFile.Load load(RawLayout layout, String key) {
        return (RawFile.Load) ((Parsed.Data) layout.parse(stat(key))).file();
    }

    private static ObjectStat stat(String key) {
        return stat(key, MODIFIED);
    }

    private static ObjectStat stat(String key, Instant modified) {
        return ObjectStat.of(key, 10, new ETag("e"), modified);
    }
}
