package io.convergence.testkit.ledger.simulation;

import io.convergence.compact.RawFilesStand;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerFile;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.ledger.RawSource;
import io.convergence.raw.FileEvidence;
import io.convergence.store.MultipartUpload;
import io.convergence.store.ObjectNotFoundException;
import io.convergence.store.ObjectStat;
import io.convergence.store.WriteCondition;
import io.convergence.testkit.ledger.simulation.RawHistory.RawId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Compacts by the protocol, with a rewriter that only strings texts together. */
final class CompactorActor extends Actor {
    private static final int MOST_SOURCES = 5;

    private final boolean again;

    /** @param again whether it now and then compacts what is compacted */
    CompactorActor(World world, int number, int rounds, boolean again) {
        super(world, Role.COMPACTOR, number, rounds);
        this.again = again;
    }

    /** A file to be written, by the raw files whose rows it will hold. */
    private record Output(TreeMap<RawId, String> blocks, List<RawSource> sources) {
        static Output empty() {
            return new Output(
                    new TreeMap<>(Comparator.comparing(RawId::key).thenComparingLong(RawId::second)),
                    new ArrayList<>());
        }

        void add(RawSource source, String block) {
            blocks.put(RawId.of(source), block);
            sources.add(source);
            sources.sort(Comparator.comparing(RawSource::key).thenComparing(RawSource::lastModified));
        }

        byte[] content() {
            return String.join("", blocks.values()).getBytes(StandardCharsets.UTF_8);
        }
    }

    @Override
    void round(Process process) {
        LedgerSnapshot snapshot = process.ledger().snapshot();
        process.view().workOn(snapshot.slot());
        List<ObjectStat> listed = process.store().listAll(World.RAW).toList();
        tellListing(process, snapshot, listed);
        List<ObjectStat> loose = listed.stream()
                .filter(stat -> !snapshot.isCompacted(stat))
                .limit(MOST_SOURCES)
                .toList();
        List<LedgerEntry.CompactedFile> replaced = again && snapshot.compacted().size() > 1 && random.nextInt(4) == 0
                ? snapshot.compacted().subList(0, 2)
                : List.of();
        if (loose.size() < 2 && replaced.isEmpty()) {
            return;
        }

        process.view().at(CrashPoint.P1_AFTER_PLAN);
        List<Output> outputs = read(process, loose, replaced);
        List<LedgerEntry.CompactedFile> written = write(process, snapshot, outputs);
        process.view().at(CrashPoint.P7_OUTPUTS_UNVERIFIED);
        verify(process, written);
        process.view().at(CrashPoint.P8_VERIFIED);
        boolean checks = !world.mutant().is(Mutant.SOURCES_NOT_CHECKED_AGAIN)
                && !world.mutant().is(Mutant.READS_UNPINNED);
        if (checks && !sourcesStand(process, loose)) {
            return;
        }
        if (world.mutant().is(Mutant.DELETES_BEFORE_COMMIT)) {
            loose.forEach(stat -> process.store().deleteIfMatch(stat.key(), stat.etag()));
        }

        var entry = new LedgerEntry.Compaction(
                process.ledger().newTransaction(),
                snapshot.slot(),
                written,
                replaced.stream().map(LedgerEntry.CompactedFile::file).toList());
        MutantWriter.commit(world, process, entry);
        process.view().at(CrashPoint.P10_COMMIT_ACKNOWLEDGED);
    }

    private List<Output> read(Process process, List<ObjectStat> loose, List<LedgerEntry.CompactedFile> replaced) {
        List<Output> outputs = new ArrayList<>();
        if (!replaced.isEmpty()) {
            var together = Output.empty();
            for (LedgerEntry.CompactedFile file : replaced) {
                ObjectStat stat = file.file().stat();
                Map<RawId, String> blocks = Blocks.split(text(process, stat));
                file.sources().forEach(source -> together.add(source, blocks.get(RawId.of(source))));
            }
            outputs.add(together);
        }
        for (int i = 0; i < loose.size(); i++) {
            ObjectStat stat = loose.get(i);
            if (outputs.isEmpty() || i == 2 || (i == 0 && outputs.size() == 1)) {
                outputs.add(Output.empty());
            }
            String text = text(process, stat);
            outputs.get(outputs.size() - 1)
                    .add(
                            RawSource.of(stat, FileEvidence.ofRows(text.lines().count())),
                            RawId.of(stat).header() + text);
        }
        return outputs;
    }

    private static String text(Process process, ObjectStat stat) {
        return new String(process.store().read(stat, 0, Math.toIntExact(stat.size())), StandardCharsets.UTF_8);
    }

    private List<LedgerEntry.CompactedFile> write(Process process, LedgerSnapshot snapshot, List<Output> outputs) {
        int name = world.mutant().is(Mutant.REUSES_NAMES) ? 0 : random.nextInt();
        String folder = World.OUTPUTS
                + process.ledger().tableFolder()
                + String.format(Locale.ROOT, "gen-%d-%08x/", snapshot.slot() + 1, name);
        List<LedgerEntry.CompactedFile> written = new ArrayList<>();
        for (Output output : outputs) {
            String key = folder + String.format(Locale.ROOT, "part-%05d.parquet", written.size());
            ObjectStat stat = write(process, key, output.content());
            stat = process.store().head(key).orElse(stat);
            written.add(new LedgerEntry.CompactedFile(
                    LedgerFile.of(stat, output.sources().size()), output.sources()));
            if (written.size() < outputs.size()) {
                process.view().at(CrashPoint.P6_SOME_OUTPUTS_DONE);
            }
        }
        return written;
    }

    private ObjectStat write(Process process, String key, byte[] content) {
        if (world.mutant().is(Mutant.REUSES_NAMES)) {
            return process.store().put(key, content, WriteCondition.none());
        }
        if (random.nextBoolean()) {
            return process.store().put(key, content, WriteCondition.ifAbsent());
        }

        try (MultipartUpload upload = process.store().startMultipart(key)) {
            upload.part(1, content);
            return upload.complete(WriteCondition.ifAbsent());
        }
    }

    private static void verify(Process process, List<LedgerEntry.CompactedFile> written) {
        for (LedgerEntry.CompactedFile file : written) {
            ObjectStat expected = file.file().stat();
            ObjectStat found = process.store().head(expected.key()).orElse(null);
            if (found == null || !found.etag().equals(expected.etag())) {
                throw new ObjectNotFoundException(
                        expected.key(), "Cannot commit '" + expected.key() + "': it is not what was written.", null);
            }
        }
    }

    /** What the real compactor does just before it commits (rules L3, L4), by its own check: whether all stand. */
    static boolean sourcesStand(Process process, List<ObjectStat> sources) {
        List<RawSource> changed = RawFilesStand.changed(
                process.store(),
                sources.stream()
                        .map(stat -> RawSource.of(stat, FileEvidence.ofRows(0)))
                        .toList());
        if (!changed.isEmpty()) {
            process.ledger().suspect("raw files changed under a plan", null, changed);
        }
        return changed.isEmpty();
    }
}
