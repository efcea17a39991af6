package io.convergence.audit;

import io.convergence.change.ParquetFixture;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * A landing zone with something of everything: {@code dms/public/orders} with load, date folders, a restart that writes
 * rows again, a new column, key-only deletes and a damaged file; {@code notes} without any column of DMS's but Op;
 * {@code shared} written by two tasks; bookkeeping and foreign objects.
 */
final class RichZone {
    static final Instant LOADED = Instant.parse("2024-06-12T10:00:00Z");
    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("uuuuMMdd-HHmmssSSS", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter FOLDER =
            DateTimeFormatter.ofPattern("uuuu/MM/dd", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final String WIDER =
            DmsFiles.CHANGES.replace("optional binary seq", "optional int32 rank; optional binary seq");

    private final DmsFiles files = new DmsFiles();

    static DmsFiles create() {
        RichZone zone = new RichZone();
        zone.orders();
        zone.notes();
        zone.shared();
        zone.others();
        return zone.files;
    }

    private void orders() {
        for (int number = 1; number <= 2; number++) {
            int first = number * 10;
            Instant start = LOADED.plusSeconds(number);
            files.add(
                    "dms/public/orders/LOAD0000000" + number + ".parquet",
                    start.plusSeconds(5),
                    DmsFiles.dms(ParquetFixture.of(DmsFiles.CHANGES)
                            .with(DmsFiles.plain())
                            .write(DmsFiles.rows(3, i -> DmsFiles.load(start.plusMillis(i), first + i, "loaded")))));
        }
        for (int i = 0; i < 12; i++) {
            Instant commit = LOADED.plus(Duration.ofMinutes(10 + 2L * i));
            orders(
                    commit,
                    DmsFiles.changes(
                            DmsFiles.change("I", commit, 100 + 10L * i, 100 + i, "new"),
                            DmsFiles.change("U", commit, 104 + 10L * i, 100 + i, "changed"),
                            DmsFiles.change("D", commit, 108 + 10L * i, 10, null)));
        }
        Instant restart = LOADED.plus(Duration.ofHours(1));
        Instant last = LOADED.plus(Duration.ofMinutes(32));
        orders(
                restart,
                DmsFiles.changes(
                        DmsFiles.change("I", last, 61, 111, "new"),
                        DmsFiles.change("U", last, 65, 111, "changed"),
                        DmsFiles.change("D", last, 69, 10, null),
                        DmsFiles.change("I", restart, 73, 200, "after the restart")));
        Instant later = restart.plus(Duration.ofHours(30));
        orders(
                later,
                DmsFiles.dms(ParquetFixture.of(WIDER).with(DmsFiles.plain()).write(row -> {
                    DmsFiles.change("I", later, 77, 201, "wider").fill(row);
                    row.append("rank", 1);
                })));
        Instant damaged = later.plusSeconds(600);
        files.add(key(damaged, "dms/public/orders/"), damaged, "no Parquet at all".getBytes(StandardCharsets.UTF_8));
    }

    private void orders(Instant commit, byte[] content) {
        Instant flushed = commit.plusMillis(60_020);
        files.add(key(flushed, "dms/public/orders/"), flushed.plusSeconds(1), content);
    }

    private static String key(Instant flushed, String folder) {
        return folder + FOLDER.format(flushed) + "/" + NAME.format(flushed) + ".parquet";
    }

    private void notes() {
        for (int i = 0; i < 2; i++) {
            int id = i;
            Instant flushed = LOADED.plus(Duration.ofHours(i));
            files.add(
                    "dms/public/notes/" + NAME.format(flushed) + ".parquet",
                    flushed,
                    DmsFiles.dms(ParquetFixture.of(
                                    "optional binary Op (UTF8); optional int64 id; optional binary text (UTF8);")
                            .with(DmsFiles.plain())
                            .write(row -> row.append("Op", "U")
                                    .append("id", (long) id)
                                    .append("text", "<b>&"))));
        }
    }

    private void shared() {
        for (int i = 0; i < 8; i++) {
            long counter = i % 2 == 0 ? 100_000 + i : 500 + i;
            Instant commit = LOADED.plusSeconds(60L * i);
            Instant flushed = commit.plusMillis(60_010);
            files.add(
                    "dms/public/shared/" + NAME.format(flushed) + ".parquet",
                    flushed,
                    DmsFiles.changes(DmsFiles.change("I", commit, counter, i, "a")));
        }
    }

    private void others() {
        files.add("dms/dmslogs/awsdms_apply_exceptions/LOAD00000001.csv", LOADED, new byte[] {1});
        files.add("dms/read<me>.txt", LOADED, new byte[] {1});
    }
}
