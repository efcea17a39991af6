package io.convergence.testkit.compact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.convergence.ConvergenceException;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerEntry;
import io.convergence.raw.TableTimeline;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.WriteCondition;
import io.convergence.testkit.compact.RandomFileSet.TrueFile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.apache.parquet.schema.MessageType;
import org.junit.jupiter.api.Test;

/**
 * Raw files damaged after they were looked into. A task fails and names the file, or its output holds what any reader finds in the damaged
 * file. Replay one with {@code -Dconvergence.seed=}.
 */
class DamagedSourcesTest {
    private static final Long ONE = Long.getLong("convergence.seed");
    private static final int SETS = Integer.getInteger("convergence.damaged", 80);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private static long[] seeds() {
        return ONE == null ? LongStream.range(1, 1 + SETS).toArray() : new long[] {ONE};
    }

    @Test
    void aDamagedFileIsRefusedByNameOrCopiedAsAnyReaderReadsIt() {
        Map<String, Integer> outcomes = new TreeMap<>();
        List<String> failures = new ArrayList<>();
        for (long seed : seeds()) {
            String problem = assertTimeoutPreemptively(PATIENCE, () -> problem(seed, outcomes), "seed " + seed);
            if (!problem.isEmpty()) {
                failures.add("-Dconvergence.seed=" + seed + ": " + problem);
            }
        }

        assertThat(failures.size()).as(() -> String.join("\n", failures)).isZero();
        if (ONE == null) {
            assertThat(outcomes).containsKeys("refused", "compacted");
        }
    }

    private static String problem(long seed, Map<String, Integer> outcomes) {
        var files = new RandomFileSet(seed, null, new TreeMap<>());
        var random = new Random(seed);
        TableTimeline clean = new TestTable(files.store(), files.shape()).timeline();
        List<TrueFile> large = files.files().values().stream()
                .filter(file -> !file.rows().isEmpty())
                .toList();
        if (large.isEmpty()) {
            return "";
        }

        TrueFile victim = large.get(random.nextInt(large.size()));
        byte[] damaged = damage(victim.bytes(), random);
        InMemoryObjectStore store = files.store();
        store.put(victim.key(), damaged, WriteCondition.none());
        var table = new TestTable(store, files.shape());
        TableTimeline timeline = table.timelineLike(clean);
        CompactedSet compacted;
        try {
            compacted = CompactedSet.of(files, store, store, timeline, CompactedSet.options(files));
        } catch (ConvergenceException e) {
            outcomes.merge("refused", 1, Integer::sum);
            boolean committed = !Ledger.open(store, "control/", TestTable.ID, random, Ledger.Backoff.none())
                    .entries()
                    .isEmpty();
            return committed
                    ? "something was committed: " + e
                    : e.getMessage().contains(victim.key()) ? "" : "the file " + victim + " is not named: " + e;
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            return "fails on " + victim + " with " + e + " at " + Arrays.toString(Arrays.copyOf(e.getStackTrace(), 6));
        }

        outcomes.merge("compacted", 1, Integer::sum);
        return problem(compacted, victim, damaged);
    }

    private static String problem(CompactedSet compacted, TrueFile victim, byte[] damaged) {
        for (LedgerEntry.CompactedFile output : compacted.outputs()) {
            int from = 0;
            for (TrueFile source : compacted.sources(output)) {
                if (source != victim) {
                    from += source.rows().size();
                    continue;
                }

                var file = new ParquetMemory(compacted.content(output));
                List<Object[]> found =
                        file.rows().subList(from, from + source.rows().size());
                if (same(victim.schema(), victim.rows(), file.schema(), found)) {
                    return "";
                }

                try {
                    var reader = new ParquetMemory(damaged);
                    return same(reader.schema(), reader.rows(), file.schema(), found)
                            ? ""
                            : "the output has neither the rows of " + victim + " nor those of the damaged file";
                } catch (RuntimeException e) {
                    return "the output has other rows than " + victim + ", whose damage a reader sees: " + e;
                }
            }
        }

        return "";
    }

    private static boolean same(MessageType schema, List<Object[]> rows, MessageType of, List<Object[]> found) {
        if (rows.size() != found.size()) {
            return false;
        }
        for (int row = 0; row < rows.size(); row++) {
            Meaning[] expected = OutputOracle.meanings(schema, rows.get(row));
            Meaning[] actual = OutputOracle.meanings(of, found.get(row));
            for (int column = 0; column < expected.length; column++) {
                String name = schema.getFieldName(column);
                if (!of.containsField(name)
                        || !java.util.Objects.equals(expected[column], actual[of.getFieldIndex(name)])) {
                    return false;
                }
            }
        }

        return true;
    }

    private static byte[] damage(byte[] content, Random random) {
        byte[] changed = content.clone();
        switch (random.nextInt(5)) {
            case 0 -> {
                return Arrays.copyOf(content, random.nextInt(content.length));
            }
            case 1 -> changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
            case 2 -> {
                int at = random.nextInt(changed.length);
                Arrays.fill(
                        changed, at, Math.min(changed.length, at + 1 + random.nextInt(40)), (byte) random.nextInt());
            }
            default -> {
                return wrongHeader(content, random);
            }
        }
        return changed;
    }

    /** Headers that count wrong, in a file that is sound otherwise. */
    private static byte[] wrongHeader(byte[] content, Random random) {
        ParquetPages file = ParquetPages.parse(content);
        List<ParquetPages.Chunk> chunks =
                file.groups.stream().flatMap(List::stream).toList();
        ParquetPages.Chunk chunk = chunks.get(random.nextInt(chunks.size()));
        ParquetPages.Page page = chunk.pages.get(random.nextInt(chunk.pages.size()));
        int wrong = List.of(-1, 0, 1, 1 << 20, Integer.MAX_VALUE).get(random.nextInt(5));
        if (page.isDictionary()) {
            page.header.getDictionary_page_header().setNum_values(wrong);
        } else if (page.isV2()) {
            switch (random.nextInt(3)) {
                case 0 -> page.header.getData_page_header_v2().setNum_values(wrong);
                case 1 -> page.header.getData_page_header_v2().setNum_nulls(wrong);
                default -> page.header.getData_page_header_v2().setDefinition_levels_byte_length(wrong);
            }
        } else if (random.nextBoolean()) {
            page.header.getData_page_header().setNum_values(wrong);
        } else {
            page.header.setUncompressed_page_size(wrong);
        }
        return file.bytes();
    }
}
