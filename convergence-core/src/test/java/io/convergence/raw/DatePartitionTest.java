package io.convergence.raw;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.TableId;
import io.convergence.store.ETag;
import io.convergence.store.ObjectStat;
import io.convergence.target.DatePartitionDelimiter;
import io.convergence.target.DatePartitionSequence;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DatePartitionTest {
    private static final TableId TABLE = TableId.of("public", "orders");

    private static Optional<DatePartition> of(RawLayout layout, String flushed) {
        Instant instant = Instant.parse(flushed);
        ObjectStat stat = ObjectStat.of(
                layout.cdcKey(TABLE, instant, RawFormat.PARQUET), 1, new ETag("e"), instant.plusSeconds(1));
        return DatePartition.of((RawFile.Changes) ((Parsed.Data) layout.parse(stat)).file());
    }

    @Test
    void everyFormOfDateFoldersIsFoundInTheKey() {
        for (DatePartitionSequence sequence : DatePartitionSequence.values()) {
            for (DatePartitionDelimiter delimiter : DatePartitionDelimiter.values()) {
                RawLayout layout =
                        RawLayout.builder().datePartition(sequence, delimiter).build();

                DatePartition found = of(layout, "2022-11-10T23:30:00Z").orElseThrow();

                String start = switch (sequence) {
                    case YYYYMM -> "2022-11-01T00:00:00Z";
                    case YYYYMMDDHH -> "2022-11-10T23:00:00Z";
                    case YYYYMMDD, MMYYYYDD, DDMMYYYY -> "2022-11-10T00:00:00Z";
                };
                String end = sequence == DatePartitionSequence.YYYYMM ? "2022-12-01T00:00:00Z" : "2022-11-11T00:00:00Z";
                assertThat(found.start()).as("%s %s", sequence, delimiter).isEqualTo(Instant.parse(start));
                assertThat(found.end()).as("%s %s", sequence, delimiter).isEqualTo(Instant.parse(end));
            }
        }
    }

    @Test
    @DisplayName("S4: a folder's day is that of the zone DMS names files in")
    void aDayIsThatOfTheZoneOfNames() {
        RawLayout tokyo = RawLayout.builder()
                .datePartition(DatePartitionSequence.YYYYMMDD, DatePartitionDelimiter.SLASH)
                .timezone(ZoneId.of("Asia/Tokyo"))
                .build();

        assertThat(of(tokyo, "2026-03-01T16:00:00Z"))
                .hasValue(new DatePartition(
                        "2026/03/02", Instant.parse("2026-03-01T15:00:00Z"), Instant.parse("2026-03-02T15:00:00Z")));
    }

    @Test
    void withoutDateFoldersThereIsNoPartition() {
        assertThat(of(RawLayout.builder().build(), "2026-03-01T16:00:00Z")).isEmpty();
    }
}
