package io.convergence.testkit.compact;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compaction of random files, page by page and cell by cell, against the rows they were made of and each other. Replay one set with {@code -Dconvergence.seed=}, try more with
 * {@code -Dconvergence.sets=} and others with {@code -Dconvergence.sets.from=}.
 */
class DifferentialTest {
    private static final Long ONE = Long.getLong("convergence.seed");
    private static final long FIRST = Long.getLong("convergence.sets.from", 1);
    private static final int SETS = Integer.getInteger("convergence.sets", 120);
    private static final int SHOWN = 8;

    /** Each set of so many is compacted in the slow way, too. */
    private static final int REENCODED = ONE == null ? 2 : 1;

    /** Each of so many is checked as live tables are, too. */
    private static final int CHECKED = ONE == null ? 4 : 1;

    @TempDir
    Path folder;

    private static long[] seeds() {
        return ONE == null ? LongStream.range(FIRST, FIRST + SETS).toArray() : new long[] {ONE};
    }

    @Test
    @DisplayName(
            "S18: a compacted file holds the rows of its raw files, says nothing wrong about them, and gives the same changes")
    void compactedFilesHoldTheRowsTheirRawFilesWereMadeOf() {
        Map<String, Integer> coverage = new TreeMap<>();
        List<String> failures = new ArrayList<>();
        try (var duck = new DuckFiles(folder)) {
            for (long seed : seeds()) {
                List<String> problems = problems(seed, duck, coverage);
                if (!problems.isEmpty()) {
                    failures.add("-Dconvergence.seed=" + seed + "\n  " + String.join("\n  ", problems));
                }
                if (failures.size() >= SHOWN) {
                    break;
                }
            }
        }

        System.out.println("DifferentialTest: " + coverage);
        assertThat(failures.size()).as(() -> String.join("\n", failures)).isZero();
        if (ONE == null && SETS >= 120) {
            assertCovered(coverage);
        }
    }

    private static List<String> problems(long seed, DuckFiles duck, Map<String, Integer> coverage) {
        var files = new RandomFileSet(seed, duck, coverage);
        CompactedSet compacted;
        List<String> problems = new ArrayList<>(unreadable(files));
        try {
            compacted = CompactedSet.of(files);
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            problems.add(
                    "compaction fails: " + trace(e) + "\n    " + files.files().values());
            return problems;
        }

        compacted.outputs().forEach(output -> note(ParquetPages.parse(compacted.content(output)), coverage));
        problems.addAll(compacted.problems(new OutputOracle(duck, new Random(seed))));
        if (seed % CHECKED == 0) {
            problems.addAll(compacted.checkProblems());
        }
        try {
            problems.addAll(compacted.changeProblems());
        } catch (RuntimeException e) {
            problems.add("changes cannot be read: " + trace(e));
        }
        if (seed % REENCODED == 0) {
            try {
                CompactedSet reencoded = CompactedSet.reencoded(files);
                reencoded.rowProblems().forEach(problem -> problems.add("encoded anew: " + problem));
                problems.addAll(compacted.differences(reencoded));
                coverage.merge("encoded anew", reencoded.outputs().size(), Integer::sum);
            } catch (RuntimeException e) {
                problems.add("encoding anew fails: " + trace(e));
            }
        }
        return problems;
    }

    /** What became of pages, as far as a file tells: what is encoded anew is ZSTD. */
    private static void note(ParquetPages output, Map<String, Integer> coverage) {
        coverage.merge("output", 1, Integer::sum);
        for (List<ParquetPages.Chunk> group : output.groups) {
            long codecs = group.stream()
                    .map(chunk -> chunk.metadata().getCodec())
                    .distinct()
                    .count();
            coverage.merge(codecs > 1 ? "mixed codecs" : "one codec", 1, Integer::sum);
            for (ParquetPages.Chunk chunk : group) {
                coverage.merge("codec " + chunk.metadata().getCodec(), 1, Integer::sum);
                coverage.merge(chunk.dataPages().size() > 1 ? "several pages" : "one page", 1, Integer::sum);
                for (ParquetPages.Page page : chunk.pages) {
                    coverage.merge(
                            page.isDictionary()
                                    ? "dictionary page"
                                    : page.isV2()
                                            ? "v2 "
                                                    + page.header
                                                            .getData_page_header_v2()
                                                            .getEncoding()
                                            : "v1 "
                                                    + page.header
                                                            .getData_page_header()
                                                            .getEncoding(),
                            1,
                            Integer::sum);
                }
            }
        }
    }

    private static String trace(Throwable failure) {
        var text = new StringBuilder(failure.toString());
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            text.append("\n    caused by ").append(cause);
            for (int i = 0; i < Math.min(5, cause.getStackTrace().length); i++) {
                text.append("\n      at ").append(cause.getStackTrace()[i]);
            }
        }
        return text.toString();
    }

    /** The generator's own faults: raw files that are not what they were meant to be. */
    private static List<String> unreadable(RandomFileSet files) {
        List<String> problems = new ArrayList<>();
        for (RandomFileSet.TrueFile file : files.files().values()) {
            List<Object[]> rows;
            try {
                rows = new ParquetMemory(file.bytes()).rows();
            } catch (RuntimeException e) {
                problems.add("raw file " + file + " cannot be read: " + trace(e));
                continue;
            }
            if (rows.size() != file.rows().size()) {
                problems.add("raw file " + file + " has " + rows.size() + " rows");
                continue;
            }
            for (int i = 0; i < rows.size(); i++) {
                if (!List.of(OutputOracle.meanings(file.schema(), rows.get(i)).length)
                                .equals(List.of(file.rows().get(i).length))
                        || !java.util.Arrays.equals(
                                OutputOracle.meanings(file.schema(), rows.get(i)),
                                OutputOracle.meanings(file.schema(), file.rows().get(i)))) {
                    problems.add("raw file " + file + " has another row " + i);
                    break;
                }
            }
        }

        return problems;
    }

    private static void assertCovered(Map<String, Integer> coverage) {
        assertThat(coverage)
                .containsKeys(
                        "added column",
                        "dropped column",
                        "returned column",
                        "reordered columns",
                        "widened column",
                        "retyped column",
                        "file of no row",
                        "file of one row",
                        "output",
                        "encoded anew",
                        "mixed codecs",
                        "codec GZIP",
                        "codec ZSTD",
                        "v1 RLE_DICTIONARY",
                        "v1 PLAIN",
                        "v1 DELTA_BINARY_PACKED",
                        "v1 DELTA_BYTE_ARRAY",
                        "several pages",
                        "one page",
                        "dictionary page");
        for (RandomFileSet.Writer writer : RandomFileSet.Writer.values()) {
            assertThat(coverage).containsKey("writer " + writer);
        }
        for (RandomColumn.Nulls nulls : RandomColumn.Nulls.values()) {
            assertThat(coverage).containsKey("nulls " + nulls);
        }
        for (CellKind kind : CellKind.ALL) {
            assertThat(coverage).containsKey("type " + kind.primitive() + " " + kind.annotation());
        }
    }
}
