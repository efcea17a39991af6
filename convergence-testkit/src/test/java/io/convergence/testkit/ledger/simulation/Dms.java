package io.convergence.testkit.ledger.simulation;

import io.convergence.store.ObjectStat;
import io.convergence.store.WriteCondition;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Writes raw files as DMS does, and where it is told to, rewrites and deletes them. */
final class Dms extends Actor {
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
            String name = files == 0 && loads && world.format() == World.Format.TEXT
                    ? "LOAD00000001.parquet"
                    : String.format(Locale.ROOT, "20260301-%09d.parquet", files);
            files++;
            add(process, World.RAW + name);
        } else if (draw == 3) {
            there.forEach(stat -> process.store().delete(stat.key()));
        } else {
            ObjectStat chosen = there.get(random.nextInt(there.size()));
            // Two writes within a second cannot be told apart by the time of the second (rule L3).
            world.pass(Duration.ofSeconds(1));
            switch (draw) {
                case 0 -> process.store().delete(chosen.key());
                case 1 ->
                    write(
                            process,
                            chosen.key(),
                            world.truth().get(chosen.key()).orElseThrow().content(),
                            world.raw().rows(world.raw().at(chosen.key()).orElseThrow()));
                default -> add(process, chosen.key());
            }
        }
    }

    void add(Process process, String key) {
        if (world.format() == World.Format.PARQUET) {
            ParquetRows.RawFileContent file = ParquetRows.file(rows++);
            write(process, key, file.bytes(), file.rows());
            return;
        }

        var text = new StringBuilder();
        for (int i = random.nextInt(3); i >= 0; i--) {
            text.append("row ")
                    .append(rows++)
                    .append(' ')
                    .append(Secrets.SECRET)
                    .append('\n');
        }
        write(process, key, text.toString().getBytes(StandardCharsets.UTF_8), text.toString());
    }

    private void write(Process process, String key, byte[] content, String text) {
        process.store().put(key, content, WriteCondition.none());
        world.raw().arrived(world.truth().head(key).orElseThrow(), text, world.step());
    }
}
