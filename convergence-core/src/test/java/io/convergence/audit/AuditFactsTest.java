package io.convergence.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.TableId;
import io.convergence.raw.RawFile;
import io.convergence.raw.RawFormat;
import io.convergence.store.ETag;
import io.convergence.store.ObjectStat;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuditFactsTest {
    private static final long MB = 1L << 20;

    @Test
    void sizesFallIntoTheirClasses() {
        SizeStatistics sizes =
                SizeStatistics.of(List.of(0L, 8 * MB - 1, 8 * MB, 128 * MB - 1, 128 * MB, 512 * MB, 512 * MB + 1));

        assertThat(sizes.below8MegaBytes()).isEqualTo(2);
        assertThat(sizes.below128MegaBytes()).isEqualTo(4);
        assertThat(sizes.inBand()).isEqualTo(2);
        assertThat(sizes.above()).isEqualTo(1);
        assertThat(sizes.smallest()).isZero();
        assertThat(sizes.median()).isEqualTo(128 * MB - 1);
        assertThat(sizes.p90()).isEqualTo(512 * MB + 1);
        assertThat(sizes.histogram()).hasSize(30).startsWith(1L).endsWith(2L);
    }

    @Test
    void noFileHasSizesOfZero() {
        assertThat(SizeStatistics.of(List.of())).isEqualTo(new SizeStatistics(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, List.of()));
    }

    @Test
    void arrivalIsCountedWithoutGapsInBucketsThatFit() {
        Instant start = Instant.parse("2024-06-12T10:00:30Z");

        Arrival minutes = Arrival.of(List.of(start, start.plusSeconds(20), start.plusSeconds(100)));
        Arrival days = Arrival.of(List.of(start, start.plus(Duration.ofDays(100))));
        Arrival centuries = Arrival.of(List.of(start, start.plus(Duration.ofDays(365 * 500))));

        assertThat(minutes)
                .isEqualTo(
                        new Arrival(Instant.parse("2024-06-12T10:00:00Z"), Duration.ofMinutes(1), List.of(2L, 0L, 1L)));
        assertThat(days.width()).isEqualTo(Duration.ofDays(1));
        assertThat(days.files()).hasSize(101);
        assertThat(centuries.files()).hasSizeLessThanOrEqualTo(Arrival.MOST_BUCKETS);
        assertThat(centuries.files().stream().mapToLong(Long::longValue).sum()).isEqualTo(2);
    }

    @Test
    void intervalIsTheDelayThatMostFilesShare() {
        List<Duration> delays = Stream.of(60_001L, 60_057L, 60_020L, 60_033L, 12_000L, 95_000L)
                .map(Duration::ofMillis)
                .toList();

        assertThat(CutEstimate.of(delays)).contains(new CutEstimate(Duration.ofSeconds(60), 4, 1, 1));
    }

    @Test
    void delaysThatDoNotAgreeGiveNoInterval() {
        List<Duration> delays = Stream.of(1_000L, 5_000L, 9_000L, 14_000L, 20_000L, 27_000L)
                .map(Duration::ofMillis)
                .toList();

        assertThat(CutEstimate.of(delays)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "abcd, cdx, 2",
        "abcd, abcd, 4",
        "abcd, x, 0",
        "aaa, aaaa, 3",
        "abab, abx, 2",
        "abcab, abab, 2",
        "a, ab, 1"
    })
    void s3OverlapIsTheLongestEndOfTheTailThatTheHeadBeginsWith(String tail, String head, int rows) {
        assertThat(RunComparison.overlap(longs(tail), longs(head))).isEqualTo(rows);
    }

    @ParameterizedTest
    @CsvSource({"abcd, bc, true", "abcd, bd, false", "aab, ab, true", "abcd, abcde, false", "ababac, abac, true"})
    void s3HeadWithinTheTailIsFound(String tail, String head, boolean within) {
        assertThat(RunComparison.contains(longs(tail), longs(head))).isEqualTo(within);
    }

    @ParameterizedTest
    @CsvSource({
        "b/s/t/2024/06/12/, YYYYMMDD SLASH",
        "b/s/t/2024-06-12/, YYYYMMDD DASH",
        "s/t/20240612/, YYYYMMDD NONE",
        "s/t/2024/06/12/10/, YYYYMMDDHH SLASH",
        "s/t/202406/, YYYYMM NONE",
        "s/t/06_2024_12/, MMYYYYDD UNDERSCORE",
        "s/t/12-06-2024/, DDMMYYYY DASH",
        "s/t/, none",
        "s/t/year=2024/, other"
    })
    void dateFoldersAreRecognisedByTheTimeInTheName(String folder, String form) {
        Instant instant = Instant.parse("2024-06-12T10:30:00Z");
        RawFile.Cdc file = new RawFile.Cdc(
                TableId.of("s", "t"),
                ObjectStat.of(folder + "20240612-103000000.parquet", 1, new ETag("\"e\""), instant),
                RawFormat.PARQUET,
                instant);

        assertThat(new FolderForms(ZoneOffset.UTC).of(file)).isEqualTo(form);
    }

    @Test
    void namesCannotSteerATerminal() {
        assertThat(TextTable.safe("a\u001b[31m\u202eb\nc")).isEqualTo("a\\u001b[31m\\u202eb\\u000ac");
    }

    @Test
    void columnsStandBelowEachOtherAndNumbersToTheRight() {
        StringBuilder out = new StringBuilder();

        new TextTable("  ")
                .add("name", "rows")
                .add("a", "1")
                .add("long name", "1,000")
                .write(out);

        assertThat(out.toString().lines())
                .containsExactly("  name        rows", "  a              1", "  long name  1,000");
    }

    private static long[] longs(String rows) {
        return rows.chars().asLongStream().toArray();
    }
}
