package io.convergence.testkit.compact;

import io.convergence.DataSize;
import io.convergence.Finding;
import io.convergence.compact.CompactedFileCheck;
import io.convergence.compact.CompactionListener;
import io.convergence.compact.CompactionOptions;
import io.convergence.compact.CompactionResult;
import io.convergence.compact.Compactor;
import io.convergence.compact.Reencoding;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.ledger.RawSource;
import io.convergence.raw.PlacedFile;
import io.convergence.raw.RawFile;
import io.convergence.raw.TableTimeline;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ObjectStore;
import io.convergence.testkit.compact.RandomFileSet.TrueFile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.parquet.schema.MessageType;

/** A set of raw files after compaction, and what is to be held against it. */
record CompactedSet(
        RandomFileSet files,
        InMemoryObjectStore store,
        TestTable table,
        TableTimeline timeline,
        CompactionOptions options,
        CompactionResult result,
        LedgerSnapshot snapshot) {
    static CompactedSet of(RandomFileSet files) {
        return of(files, files.store());
    }

    static CompactedSet of(RandomFileSet files, InMemoryObjectStore store) {
        var table = new TestTable(store, files.shape());
        return of(files, store, store, table.timeline(), options(files));
    }

    static CompactedSet of(
            RandomFileSet files,
            InMemoryObjectStore store,
            ObjectStore raw,
            TableTimeline timeline,
            CompactionOptions options) {
        return of(files, store, raw, timeline, options, UnaryOperator.identity());
    }

    /** By the way that copies no page: parquet-java encodes every cell anew. */
    static CompactedSet reencoded(RandomFileSet files) {
        InMemoryObjectStore store = files.store();
        var table = new TestTable(store, files.shape());
        return of(files, store, store, table.timeline(), options(files), Reencoding::of);
    }

    private static CompactedSet of(
            RandomFileSet files,
            InMemoryObjectStore store,
            ObjectStore raw,
            TableTimeline timeline,
            CompactionOptions options,
            UnaryOperator<Compactor> way) {
        var random = new Random(files.seed());
        Ledger ledger = Ledger.open(store, "control/", TestTable.ID, random, Ledger.Backoff.none());
        Compactor compactor = way.apply(Compactor.create(raw, store, ledger, "compacted", options, random));
        CompactionResult result =
                compactor.execute(compactor.plan(timeline, ledger.snapshot()), CompactionListener.none());
        return new CompactedSet(
                files, store, new TestTable(store, files.shape()), timeline, options, result, ledger.snapshot());
    }

    static CompactionOptions options(RandomFileSet files) {
        var random = new Random(files.seed() * 31 + 7);
        CompactionOptions.Builder options = CompactionOptions.builder().settled();
        if (files.hasLargeFiles() && random.nextInt(4) > 0) {
            // Small row groups would keep the pages of several files apart.
            return options.build();
        }
        if (random.nextInt(3) == 0) {
            options.targetSize(DataSize.ofKilobytes(8 + random.nextInt(60)));
        }
        if (random.nextBoolean()) {
            options.rowGroupRows(random.nextInt(4) == 0 ? 1 + random.nextInt(20) : 20 + random.nextInt(2000));
        }
        if (random.nextInt(3) == 0) {
            options.rowGroupSize(DataSize.ofBytes(500 + random.nextInt(60_000)));
        }
        if (random.nextInt(4) == 0) {
            options.verification(CompactionOptions.Verification.VERIFY_ROWS);
        }
        return options.build();
    }

    List<LedgerEntry.CompactedFile> outputs() {
        return result.outputs();
    }

    List<TrueFile> sources(LedgerEntry.CompactedFile output) {
        return output.sources().stream().map(RawSource::key).map(files::file).toList();
    }

    /** What the check of a live table finds: by their footers, side by side with their raw files, and as if those were gone. */
    List<String> checkProblems() {
        CompactedFileCheck check =
                CompactedFileCheck.of(TestTable.ID, store, store).withShape(files.shape());
        Map<String, RawFile> raw = new HashMap<>();
        timeline.files().forEach(placed -> raw.put(placed.key(), placed.file()));
        List<Finding> findings = new ArrayList<>();
        for (LedgerEntry.CompactedFile output : outputs()) {
            findings.addAll(check.footer(output));
            CompactedFileCheck.Rows together = check.rows(output, source -> Optional.ofNullable(raw.get(source.key())));
            findings.addAll(together.findings());
            if (together.compared() != output.file().rows()) {
                findings.add(Finding.error(
                        "NOT_COMPARED", output.file().key(), together.compared() + " rows were compared", ""));
            }
            findings.addAll(check.rows(output, source -> Optional.empty()).findings());
        }
        return findings.stream().map(Finding::toString).toList();
    }

    byte[] content(LedgerEntry.CompactedFile output) {
        return store.get(output.file().key()).orElseThrow().content();
    }

    /** All rows of all outputs in order, as parquet-java reads them: what the cells mean that are not null, by column. */
    List<Map<String, Meaning>> rows() {
        List<Map<String, Meaning>> all = new ArrayList<>();
        for (LedgerEntry.CompactedFile output : outputs()) {
            var file = new ParquetMemory(content(output));
            MessageType schema = file.schema();
            for (Object[] cells : file.rows()) {
                Meaning[] meanings = OutputOracle.meanings(schema, cells);
                Map<String, Meaning> row = new HashMap<>();
                for (int i = 0; i < meanings.length; i++) {
                    if (meanings[i] != null) {
                        row.put(schema.getFieldName(i), meanings[i]);
                    }
                }
                all.add(row);
            }
        }

        return all;
    }

    /** How rows differ from those of the same files compacted in another way. */
    List<String> differences(CompactedSet other) {
        List<Map<String, Meaning>> own = rows();
        List<Map<String, Meaning>> others = other.rows();
        if (own.size() != others.size()) {
            return List.of("stitched there are " + own.size() + " rows, encoded anew " + others.size());
        }
        for (int i = 0; i < own.size(); i++) {
            if (!own.get(i).equals(others.get(i))) {
                return List.of("row " + i + " is stitched " + own.get(i) + ", encoded anew " + others.get(i));
            }
        }

        return List.of();
    }

    /** What is wrong with the rows of outputs, in words. */
    List<String> rowProblems() {
        var oracle = new OutputOracle(null, new Random(files.seed()));
        return outputs().stream()
                .flatMap(output -> oracle
                        .rowProblems(
                                output.file().key(),
                                content(output),
                                sources(output),
                                List.copyOf(files.files().values()))
                        .stream())
                .toList();
    }

    /** What is wrong with outputs, in words. */
    List<String> problems(OutputOracle oracle) {
        List<String> problems = new ArrayList<>();
        for (LedgerEntry.CompactedFile output : outputs()) {
            problems.addAll(problems(oracle, output, content(output)));
        }

        return problems;
    }

    List<String> problems(OutputOracle oracle, LedgerEntry.CompactedFile output, byte[] content) {
        return oracle.problems(
                output.file().key(),
                content,
                sources(output),
                List.copyOf(files.files().values()));
    }

    /** S18: how the changes read from compacted files, or half compacted and half raw, differ from those of the raw files. */
    List<String> changeProblems() {
        var random = new Random(files.seed());
        Map<String, List<TestTable.Fact>> expected = table.rawChanges(timeline);
        Set<String> half = new HashSet<>();
        for (PlacedFile placed : timeline.files()) {
            if (random.nextBoolean()) {
                half.add(placed.key());
            }
        }

        List<String> problems = new ArrayList<>();
        differences("compacted", expected, table.changes(store, timeline, snapshot, Set.of()), problems);
        differences("half compacted", expected, table.changes(store, timeline, snapshot, half), problems);
        if (!table.timeline(snapshot).contexts().equals(timeline.contexts())) {
            problems.add("the places of files are not those of before");
        }

        return problems;
    }

    static void differences(
            String what,
            Map<String, List<TestTable.Fact>> expected,
            Map<String, List<TestTable.Fact>> found,
            List<String> problems) {
        if (!List.copyOf(expected.keySet()).equals(List.copyOf(found.keySet()))) {
            problems.add(what + ": changes of files " + found.keySet() + " instead of " + expected.keySet());
        }
        for (Map.Entry<String, List<TestTable.Fact>> file : expected.entrySet()) {
            List<TestTable.Fact> other = found.getOrDefault(file.getKey(), List.of());
            for (int i = 0; i < Math.max(file.getValue().size(), other.size()); i++) {
                Object one = i < file.getValue().size() ? file.getValue().get(i) : "no change";
                Object two = i < other.size() ? other.get(i) : "no change";
                if (!one.equals(two)) {
                    problems.add(what + ": change " + i + " of '" + file.getKey() + "' is\n    " + two
                            + "\n  instead of\n    " + one);
                    break;
                }
            }
        }
    }
}
