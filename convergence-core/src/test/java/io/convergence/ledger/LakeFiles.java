package io.convergence.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.convergence.TableId;
import io.convergence.raw.FileEvidence;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ObjectStat;
import io.convergence.store.WriteCondition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** A table whose files exist, on a store whose clock the test moves. */
final class LakeFiles {
    static final TableId TABLE = Entries.ORDERS;
    static final String COMPACTED = "lake/compacted/public/orders/";
    static final String TABLES = "lake/tables/public/orders/";

    private Instant now = Instant.parse("2024-06-12T11:00:00Z");
    final InMemoryObjectStore store = new InMemoryObjectStore(() -> now);
    final Ledger ledger = Ledger.open(store, "control", TABLE, new Random(7), Ledger.Backoff.none());
    final LakeFolders folders = new LakeFolders(store, List.of(COMPACTED, TABLES));

    void pass(Duration time) {
        now = now.plus(time);
    }

    ObjectStat raw(String name) {
        return put("raw/public/orders/" + name);
    }

    ObjectStat put(String key) {
        store.put(key, ("content of " + key).getBytes(UTF_8), WriteCondition.none());
        return store.head(key).orElseThrow();
    }

    /** An output of a run that was planned on the base and was not committed. */
    LedgerFile output(String folder, long base, String run) {
        return LedgerFile.of(put(folder + "gen-" + (base + 1) + "-" + run + "/part-00000.parquet"), 1);
    }

    /** Commits a compaction, in place of files if any are given. */
    LedgerFile compact(List<LedgerFile> replaced, ObjectStat... sources) {
        long base = ledger.snapshot().slot();
        LedgerFile output = output(COMPACTED, base, "c0");
        List<RawSource> inside = Stream.of(sources).map(LakeFiles::source).toList();
        ledger.commit(new LedgerEntry.Compaction(
                ledger.newTransaction(), base, List.of(new LedgerEntry.CompactedFile(output, inside)), replaced));
        return output;
    }

    /** Commits a merge of the load that began in this hour. */
    LedgerFile merge(int hour, ObjectStat... sources) {
        long base = ledger.snapshot().slot();
        LedgerFile output = output(TABLES, base, "d0");
        LedgerEntry.Merge shape = Entries.merge("t", base);
        ledger.commit(new LedgerEntry.Merge(
                ledger.newTransaction(),
                base,
                shape.schema(),
                Instant.EPOCH.plus(Duration.ofHours(hour)),
                Stream.of(sources).map(LakeFiles::source).toList(),
                List.of(output),
                List.of(),
                null));
        return output;
    }

    static RawSource source(ObjectStat stat) {
        return RawSource.of(stat, FileEvidence.ofRows(1));
    }

    boolean has(LedgerFile file) {
        return store.head(file.key()).isPresent();
    }
}
