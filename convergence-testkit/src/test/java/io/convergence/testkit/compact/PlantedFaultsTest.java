package io.convergence.testkit.compact;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.ledger.LedgerEntry;
import io.convergence.store.ObjectStat;
import io.convergence.store.WriteCondition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The differential test can fail: what a wrong compaction would write is found by it, each fault in several files. */
class PlantedFaultsTest {
    private static final long FIRST = Long.getLong("convergence.seed", 5000);
    private static final int MOST_SETS = 60;
    private static final int WANTED = 4;

    @ParameterizedTest
    @EnumSource(PlantedFault.class)
    void isFoundByTheOracle(PlantedFault fault) {
        int planted = 0;
        List<String> missed = new ArrayList<>();
        for (long seed = FIRST; seed < FIRST + MOST_SETS && planted < WANTED; seed++) {
            RandomFileSet.Size size = seed % 2 == 0 ? RandomFileSet.Size.SMALL : RandomFileSet.Size.LARGE;
            var compacted = CompactedSet.of(new RandomFileSet(seed, null, new TreeMap<>(), size));
            for (LedgerEntry.CompactedFile output : compacted.outputs()) {
                ParquetPages pages = ParquetPages.parse(compacted.content(output));
                if (compacted.sources(output).size() < 2 || !fault.plant(pages)) {
                    continue;
                }

                planted++;
                byte[] faulty = pages.bytes();
                if (problems(fault, compacted, output, faulty, seed).isEmpty()) {
                    missed.add(
                            "-Dconvergence.seed=" + seed + ", " + output.file().key());
                }
                break;
            }
        }

        assertThat(planted).as("files with a place for " + fault).isEqualTo(WANTED);
        assertThat(missed).as("files with %s in which nothing was found", fault).isEmpty();
    }

    private static List<String> problems(
            PlantedFault fault, CompactedSet compacted, LedgerEntry.CompactedFile output, byte[] faulty, long seed) {
        var oracle = new OutputOracle(null, new Random(seed));
        assertThat(compacted.problems(oracle, output, compacted.content(output)))
                .as("seed %d before the fault", seed)
                .isEmpty();
        if (!fault.isOfOrigins()) {
            return compacted.problems(oracle, output, faulty);
        }

        assertThat(compacted.problems(oracle, output, faulty))
                .as("seed %d: rows are as they were", seed)
                .isEmpty();
        List<ObjectStat> outputs = new ArrayList<>();
        for (LedgerEntry.CompactedFile one : compacted.outputs()) {
            outputs.add(
                    one.equals(output)
                            ? compacted.store().put(output.file().key(), faulty, WriteCondition.none())
                            : one.file().stat());
        }
        List<String> problems = new ArrayList<>();
        Map<String, List<TestTable.Fact>> changes;
        try {
            changes = compacted
                    .table()
                    .changes(compacted.store(), compacted.timeline(), compacted.snapshot(), outputs, Set.of());
        } catch (RuntimeException e) {
            return List.of(e.toString());
        }
        CompactedSet.differences("compacted", compacted.table().rawChanges(compacted.timeline()), changes, problems);
        return problems;
    }
}
