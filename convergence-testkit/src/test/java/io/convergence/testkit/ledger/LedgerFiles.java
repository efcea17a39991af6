package io.convergence.testkit.ledger;

import io.convergence.TableId;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerFile;
import io.convergence.ledger.RawSource;
import io.convergence.raw.FileEvidence;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import io.convergence.store.ETag;
import io.convergence.store.ObjectStat;
import java.time.Instant;
import java.util.List;

/** Entries about files that need not exist: the ledger never opens them. */
final class LedgerFiles {
    static final TableId ORDERS = TableId.of("public", "orders");

    private static final Instant STORED = Instant.parse("2024-06-12T10:31:25Z");
    private static final TableSchema SCHEMA =
            new TableSchema(ORDERS, List.of(Column.required("id", DataType.parse("int8"))), List.of("id"));

    private LedgerFiles() {}

    static ObjectStat raw(int number) {
        return ObjectStat.of("raw/public/orders/" + number + ".parquet", 1000, new ETag("e" + number), STORED);
    }

    static LedgerEntry.Compaction compaction(String transaction, long base, List<ObjectStat> sources) {
        return new LedgerEntry.Compaction(
                transaction,
                base,
                List.of(new LedgerEntry.CompactedFile(file("compacted/" + transaction), sources(sources))));
    }

    static LedgerEntry.Merge merge(String transaction, long base, List<ObjectStat> applied) {
        return new LedgerEntry.Merge(
                transaction,
                base,
                SCHEMA,
                STORED,
                sources(applied),
                List.of(file("curated/" + transaction)),
                List.of(file("state/" + transaction)),
                null);
    }

    private static List<RawSource> sources(List<ObjectStat> stats) {
        return stats.stream()
                .map(stat -> RawSource.of(stat, FileEvidence.ofRows(10)))
                .toList();
    }

    private static LedgerFile file(String key) {
        return LedgerFile.of(ObjectStat.of(key, 2000, new ETag("e"), STORED), 10);
    }
}
