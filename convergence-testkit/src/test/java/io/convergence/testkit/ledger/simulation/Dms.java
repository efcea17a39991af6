package io.convergence.testkit.ledger.simulation;

import io.convergence.store.ObjectStat;
import io.convergence.store.WriteCondition;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Writes raw files as DMS does: in date folders, now and then one without a row, one of the day before, or with more columns
 * than before; and where it is told to, rewrites and deletes them.
 */
final class Dms extends Actor {
    private static final String DAY = "2026/03/01/20260301-000000";
    private static final String DAY_BEFORE = "2026/02/28/20260228-235900";

    private final boolean destructive;
    private final boolean loads;
    private int files;
    private int rows;

    Dms(World world, int number, int rounds, boolean destructive) {
        super(world, Role.DMS, number, rounds);
        this.destructive = destructive;
        this.loads = number == 0;
        this.files = 10 * number;
        this.rows = 1000 * number;
    }

    /** Of the current load: retirement leaves these files alone (rule L5). */
    static boolean isLoad(String key) {
        return key.contains("/LOAD");
    }

    @Override
    void round(Process process) {
        int draw = destructive ? random.nextInt(8) : 7;
        List<ObjectStat> there = new ArrayList<>(world.raw().present().stream()
                .map(id -> world.truth().head(id.key()).orElseThrow())
                .sorted(Comparator.comparing(ObjectStat::key))
                .toList());
        if (there.isEmpty() || draw > 3) {
            arrive(process);
        } else if (draw == 3) {
            world.count(WorldEvent.FOLDER_EMPTIED);
            there.forEach(stat -> process.store().delete(stat.key()));
        } else {
            ObjectStat chosen = there.get(random.nextInt(there.size()));
            // Two writes within a second cannot be told apart by the time of the second (rule L3).
            world.pass(Duration.ofSeconds(1));
            world.count(draw == 0 ? WorldEvent.FILE_DELETED : WorldEvent.FILE_REWRITTEN);
            switch (draw) {
                case 0 -> process.store().delete(chosen.key());
                case 1 ->
                    write(
                            process,
                            chosen.key(),
                            world.truth().get(chosen.key()).orElseThrow().content(),
                            world.raw().file(world.raw().at(chosen.key()).orElseThrow()));
                default -> add(process, chosen.key(), world.columnChanges(), true);
            }
        }
    }

    private void arrive(Process process) {
        boolean load = files == 0 && loads && world.format() == World.Format.TEXT;
        boolean late = !loads && random.nextInt(5) == 0;
        boolean dayBefore = late || (loads && files < 2);
        String key = World.RAW
                + (load
                        ? "LOAD00000001.parquet"
                        : String.format(Locale.ROOT, "%s%03d.parquet", dayBefore ? DAY_BEFORE : DAY, files));
        if (late && world.judge().covered().stream().anyMatch(id -> id.key().compareTo(key) > 0 && !isLoad(id.key()))) {
            world.count(WorldEvent.LATE_FILE);
        }
        boolean mayChange = world.columnChanges() < ParquetRows.VERSIONS - 1
                && !world.raw().present().isEmpty();
        if (mayChange && random.nextInt(3) == 0) {
            world.changeColumns();
            world.count(WorldEvent.SCHEMA_CHANGED);
        }
        files++;
        // What the day before was written may have had fewer.
        add(process, key, late ? random.nextInt(world.columnChanges() + 1) : world.columnChanges(), false);
    }

    private void add(Process process, String key, int columns, boolean again) {
        int count = random.nextInt(6) == 0 ? 0 : 1 + random.nextInt(3);
        if (count == 0) {
            world.count(WorldEvent.EMPTY_FILE);
        }
        if (world.format() == World.Format.PARQUET) {
            ParquetRows.Encoded file = ParquetRows.file(key, columns, count, again);
            write(process, key, file.bytes(), file.file());
            return;
        }

        var text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append("row ").append(rows).append(' ').append(Secrets.SECRET);
            TextColumns.names(columns)
                    .forEach(name -> text.append(' ').append(name).append('=').append(rows));
            rows++;
            text.append('\n');
        }
        var file = new RawHistory.RawFile(text.toString(), TextColumns.of(text.toString()), List.of());
        write(process, key, text.toString().getBytes(StandardCharsets.UTF_8), file);
    }

    private void write(Process process, String key, byte[] content, RawHistory.RawFile file) {
        process.store().put(key, content, WriteCondition.none());
        world.raw().arrived(world.truth().head(key).orElseThrow(), file, world.step());
    }
}
