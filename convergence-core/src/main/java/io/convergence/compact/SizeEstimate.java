package io.convergence.compact;

import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.raw.FileVolume;
import io.convergence.raw.PlacedFile;
import io.convergence.raw.RawFile;
import io.convergence.raw.RawFormat;
import io.convergence.raw.TableTimeline;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How many bytes of an output the rows of a raw file will take: by what the newest compactions of the table made of a byte
 * of its raw files, full load and changes apart; before there are any, by the file's footer.
 */
final class SizeEstimate {
    private static final int NEWEST = 32;

    /** Of an output this much below the band the footer weighs too much. */
    private static final int TOO_SMALL = 8;

    // Where nothing was measured: files of the same rows in other codecs, divided by those in ZSTD, roughly.
    private static final double FAST_CODEC = 0.75;
    private static final double NO_CODEC = 0.45;
    private static final double CSV = 0.25;

    private final SourceFacts facts;
    private final Map<CompactionPlan.Kind, Double> measured = new EnumMap<>(CompactionPlan.Kind.class);

    SizeEstimate(TableTimeline timeline, LedgerSnapshot snapshot, CompactionOptions options, SourceFacts facts) {
        this.facts = facts;
        List<LedgerEntry.CompactedFile> all = snapshot.compacted();
        Map<String, LedgerEntry.CompactedFile> newest = new HashMap<>();
        for (LedgerEntry.CompactedFile file : all.subList(Math.max(0, all.size() - 2 * NEWEST), all.size())) {
            if (!file.sources().isEmpty()
                    && file.file().size() >= options.smallestOfBand().bytes() / TOO_SMALL) {
                newest.put(file.sources().get(0).key(), file);
            }
        }
        if (!newest.isEmpty()) {
            measure(timeline, newest);
        }
    }

    private void measure(TableTimeline timeline, Map<String, LedgerEntry.CompactedFile> newest) {
        Map<CompactionPlan.Kind, long[]> sums = new EnumMap<>(CompactionPlan.Kind.class);
        for (PlacedFile placed : timeline.files()) {
            LedgerEntry.CompactedFile file = newest.get(placed.key());
            if (file != null) {
                long[] sum = sums.computeIfAbsent(CompactionPlan.Kind.of(placed.file()), kind -> new long[2]);
                sum[0] += file.file().size();
                sum[1] += file.sources().stream()
                        .mapToLong(source -> source.stat().size())
                        .sum();
            }
        }
        sums.forEach((kind, sum) -> measured.put(kind, sum[0] / (double) Math.max(1, sum[1])));
    }

    /** Whether earlier compactions tell; else an estimate may be wrong by more. */
    boolean isMeasured(CompactionPlan.Kind kind) {
        return measured.containsKey(kind);
    }

    long of(RawFile file) {
        Double ratio = measured.get(CompactionPlan.Kind.of(file));
        if (ratio != null) {
            return atLeastOne(file.stat().size() * ratio);
        }

        return facts.profile(file)
                .flatMap(profile -> profile.footer())
                .map(SizeEstimate::of)
                .orElseGet(() -> atLeastOne(file.stat().size() * (file.format() == RawFormat.CSV ? CSV : 1)));
    }

    private static long of(FileVolume volume) {
        double factor = switch (volume.codec()) {
            case "UNCOMPRESSED" -> NO_CODEC;
            case "SNAPPY", "LZO", "LZ4", "LZ4_RAW" -> FAST_CODEC;
            default -> 1;
        };
        return atLeastOne(volume.stored() * factor);
    }

    private static long atLeastOne(double bytes) {
        return Math.max(1, Math.round(bytes));
    }
}
