package io.convergence.testkit.ledger.simulation;

import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerFile;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.ledger.RawSource;
import io.convergence.raw.FileEvidence;
import io.convergence.store.ObjectNotFoundException;
import io.convergence.store.ObjectStat;
import io.convergence.store.WriteCondition;
import io.convergence.testkit.ledger.simulation.RawHistory.RawId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Applies what is not applied yet, from compacted files or raw ones, and commits the new state with its bookkeeping. */
final class MergerActor extends Actor {
    private static final Instant GENERATION = Instant.parse("2026-03-01T00:00:00Z");

    MergerActor(World world, int number, int rounds) {
        super(world, Role.MERGER, number, rounds);
    }

    @Override
    void round(Process process) {
        LedgerSnapshot snapshot = process.ledger().snapshot();
        process.view().workOn(snapshot.slot());
        List<ObjectStat> listed = process.store().listAll(World.RAW).toList();
        tellListing(process, snapshot, listed);
        List<ObjectStat> loose = listed.stream()
                .filter(stat -> !snapshot.isCompacted(stat) && !snapshot.isApplied(stat))
                .toList();
        List<RawSource> applied = new ArrayList<>();
        var content = new StringBuilder();
        if (snapshot.published().isPresent()) {
            content.append(
                    text(process, snapshot.published().get().data().get(0).stat()));
        }
        for (LedgerEntry.CompactedFile file : snapshot.compacted()) {
            List<RawSource> wanted = file.sources().stream()
                    .filter(source -> !snapshot.isApplied(source.stat()))
                    .toList();
            if (!wanted.isEmpty()) {
                Map<RawId, String> blocks =
                        Blocks.split(text(process, file.file().stat()));
                wanted.forEach(source -> content.append(blocks.get(RawId.of(source))));
                applied.addAll(wanted);
            }
        }
        for (ObjectStat stat : loose) {
            String text = text(process, stat);
            content.append(RawId.of(stat).header()).append(text);
            applied.add(RawSource.of(stat, FileEvidence.ofRows(text.lines().count())));
        }
        if (applied.isEmpty()) {
            return;
        }

        process.view().at(CrashPoint.P1_AFTER_PLAN);
        String folder = World.CURATED
                + process.ledger().tableFolder()
                + String.format(Locale.ROOT, "gen-%d-%08x/", snapshot.slot() + 1, random.nextInt());
        LedgerFile data = write(process, folder + "part-00000.parquet", content.toString());
        LedgerFile state = write(process, folder + "state-00000.parquet", "state of " + applied.size() + "\n");
        if (!world.mutant().is(Mutant.MERGED_SOURCES_NOT_CHECKED_AGAIN)
                && !CompactorActor.sourcesStand(process, loose)) {
            return;
        }

        MutantWriter.commit(
                world,
                process,
                new LedgerEntry.Merge(
                        process.ledger().newTransaction(),
                        snapshot.slot(),
                        TextColumns.schema(content.toString()),
                        GENERATION,
                        applied,
                        List.of(data),
                        List.of(state),
                        null));
        process.view().at(CrashPoint.P10_COMMIT_ACKNOWLEDGED);
    }

    private static LedgerFile write(Process process, String key, String text) {
        process.store().put(key, text.getBytes(StandardCharsets.UTF_8), WriteCondition.ifAbsent());
        ObjectStat stat = process.store()
                .head(key)
                .orElseThrow(() -> new ObjectNotFoundException(key, "Cannot find '" + key + "' again.", null));
        return LedgerFile.of(stat, text.lines().count());
    }

    private static String text(Process process, ObjectStat stat) {
        return new String(process.store().read(stat, 0, Math.toIntExact(stat.size())), StandardCharsets.UTF_8);
    }
}
