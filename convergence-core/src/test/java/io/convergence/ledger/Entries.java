package io.convergence.ledger;

import io.convergence.TableId;
import io.convergence.raw.FileEvidence;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import io.convergence.store.ETag;
import io.convergence.store.ObjectStat;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** Entries about files that need not exist: the ledger never opens them. */
final class Entries {
    static final TableId ORDERS = TableId.of("public", "orders");
    static final Instant STORED = Instant.parse("2024-06-12T10:31:25Z");

    private Entries() {}

    static ObjectStat raw(String name) {
        return ObjectStat.of("raw/public/orders/" + name, 1000, new ETag("e-" + name), STORED);
    }

    static RawSource source(ObjectStat stat) {
        return RawSource.of(stat, FileEvidence.ofRows(10));
    }

    static LedgerFile file(String key, long rows) {
        return LedgerFile.of(ObjectStat.of(key, 2000, new ETag("e-" + key), STORED), rows);
    }

    /** One output that takes the name of the transaction. */
    static LedgerEntry.Compaction compaction(String transaction, long base, ObjectStat... sources) {
        return replacing(transaction, base, List.of(), sources);
    }

    /** The same in place of compacted files, whose raw files are among the sources. */
    static LedgerEntry.Compaction replacing(
            String transaction, long base, List<LedgerFile> replaced, ObjectStat... sources) {
        return new LedgerEntry.Compaction(
                transaction,
                base,
                List.of(new LedgerEntry.CompactedFile(
                        file("compacted/" + transaction + ".parquet", 10L * sources.length),
                        Stream.of(sources).map(Entries::source).toList())),
                replaced);
    }

    static LedgerEntry.Merge merge(String transaction, long base, ObjectStat... applied) {
        return new LedgerEntry.Merge(
                transaction,
                base,
                new TableSchema(
                        ORDERS,
                        List.of(
                                Column.required("id", DataType.parse("int8")),
                                Column.nullable("price", DataType.parse("numeric(15,2)"))),
                        List.of("id")),
                Instant.parse("2024-06-12T10:00:00Z"),
                Stream.of(applied).map(Entries::source).toList(),
                List.of(file("curated/" + transaction + "/data.parquet", 7)),
                List.of(file("curated/" + transaction + "/state.parquet", 8)),
                Instant.parse("2024-06-12T10:30:27.362108Z"));
    }
}
