package io.convergence.testkit.compact;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.change.ChangeReadOptions;
import io.convergence.change.ChangeReader;
import io.convergence.compact.CompactionListener;
import io.convergence.compact.CompactionOptions;
import io.convergence.compact.CompactionPlan;
import io.convergence.compact.Compactor;
import io.convergence.compact.SourceFacts;
import io.convergence.ledger.Ledger;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.WriteCondition;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Files whose columns change at random, compacted again and again: it comes to an end. Replay one seed with {@code -Dconvergence.seed=}. */
class RepeatedCompactionTest {
    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmssSSS", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final Long ONE = Long.getLong("convergence.seed");
    private static final int SEEDS = 150;
    private static final int ROUNDS = 3;

    /** Runs that may be needed until there is nothing to do: what a run wrote may have found neighbours. */
    private static final int MOST_RUNS = 3;

    private final Map<String, Integer> coverage = new TreeMap<>();

    @Test
    @DisplayName(
            "S15, S18: whatever schemas files have, compaction converges: then a plan that knows the files has nothing to do")
    void aPlanThatKnowsTheFilesConverges() {
        for (long seed : ONE == null ? seeds() : List.of(ONE)) {
            compactAgainAndAgain(seed, true);
        }

        System.out.println("RepeatedCompactionTest: " + coverage);
        if (ONE == null) {
            assertThat(coverage).containsKeys("one output", "several outputs", "joined again");
        }
    }

    @Test
    @DisplayName("S15, S18: a plan that knows no columns writes nothing again and again")
    void aPlanThatKnowsNothingConverges() {
        for (long seed : ONE == null ? seeds() : List.of(ONE)) {
            compactAgainAndAgain(seed, false);
        }
    }

    private static List<Long> seeds() {
        List<Long> seeds = new ArrayList<>();
        for (long seed = 1; seed <= SEEDS; seed++) {
            seeds.add(seed);
        }
        return seeds;
    }

    private void compactAgainAndAgain(long seed, boolean known) {
        var scene = new Scene(seed, known);
        for (int round = 0; round < ROUNDS; round++) {
            scene.addFiles();
            int run = 0;
            while (scene.compact()) {
                run++;
                assertThat(run)
                        .as("runs that wrote something, -Dconvergence.seed=%d, %s", seed, scene.schemas)
                        .isLessThanOrEqualTo(MOST_RUNS);
            }
            if (run > 1) {
                coverage.merge("joined again", 1, Integer::sum);
            }
        }

        int outputs = scene.ledger().snapshot().compacted().size();
        coverage.merge(outputs == 1 ? "one output" : "several outputs", 1, Integer::sum);
        var timeline = scene.table.timeline();
        assertThat(scene.table.changes(scene.store, timeline, scene.ledger().snapshot(), Set.of()))
                .as("-Dconvergence.seed=%d", seed)
                .isEqualTo(scene.table.rawChanges(timeline));
    }

    private static final class Scene {
        private final InMemoryObjectStore store = TypedFiles.memory();
        private final TestTable table = new TestTable(store, TypedFiles.SHAPE);
        private final List<MessageType> schemas = new ArrayList<>();
        private final List<MessageType> pair = new ArrayList<>();
        private final Random random;
        private final Random folders;
        private final boolean known;
        private Instant next = Instant.parse("2026-03-01T10:00:00Z");
        private long id;

        Scene(long seed, boolean known) {
            this.random = new Random(seed * 0x9E3779B97F4A7C15L);
            this.folders = new Random(seed);
            this.known = known;
            CellKind first = kind();
            List<CellKind> drift = CellKind.DRIFTS.get(random.nextInt(CellKind.DRIFTS.size()));
            boolean drifts = random.nextBoolean();
            pair.add(schema("c", drifts ? drift.get(0) : first, random.nextBoolean()));
            String name = random.nextInt(6) == 0 ? "C" : "c";
            pair.add(schema(name, drifts ? drift.get(1) : kind(), random.nextBoolean()));
        }

        private CellKind kind() {
            return CellKind.ALL.get(random.nextInt(CellKind.ALL.size()));
        }

        private MessageType schema(String name, CellKind kind, boolean more) {
            List<Type> types = new ArrayList<>(List.of(
                    CellKind.TEXT.named("Op", Repetition.OPTIONAL),
                    CellKind.INT64.named("id", Repetition.REQUIRED),
                    kind.named(name, Repetition.OPTIONAL)));
            if (more) {
                types.add(CellKind.TEXT.named("more", Repetition.OPTIONAL));
            }
            return new MessageType("schema", types);
        }

        Ledger ledger() {
            return Ledger.open(store, "control/", TestTable.ID, new Random(9), Ledger.Backoff.none());
        }

        void addFiles() {
            int files = 1 + random.nextInt(3);
            for (int i = 0; i < files; i++) {
                MessageType schema = pair.get(random.nextInt(2));
                schemas.add(schema);
                List<Object[]> rows = new ArrayList<>();
                int count = 1 + random.nextInt(6);
                for (int row = 0; row < count; row++) {
                    Object[] cells = new Object[schema.getFieldCount()];
                    cells[0] = Binary.fromString("I");
                    cells[1] = id++;
                    CellKind kind = kindOf(schema.getType(2));
                    cells[2] = random.nextInt(4) == 0 ? null : kind.value(random);
                    if (cells.length > 3) {
                        cells[3] = Binary.fromString("more");
                    }
                    rows.add(cells);
                }
                next = next.plusSeconds(60);
                store.put(
                        TestTable.RAW + NAME.format(next) + ".parquet",
                        JavaWriter.write(JavaWriter.Style.random(random).withoutByteStreamSplit(), schema, rows),
                        WriteCondition.ifAbsent());
            }
        }

        private static CellKind kindOf(Type type) {
            return java.util.stream.Stream.concat(
                            CellKind.ALL.stream(), CellKind.DRIFTS.stream().flatMap(List::stream))
                    .filter(kind ->
                            kind.named(type.getName(), Repetition.OPTIONAL).equals(type))
                    .findFirst()
                    .orElseThrow();
        }

        /** Whether something was written. A plan that knows the files and writes nothing must have planned nothing. */
        boolean compact() {
            CompactionOptions options = CompactionOptions.builder().settled().build();
            Compactor compactor = Compactor.create(store, store, ledger(), "compacted/", options, folders);
            ChangeReader reader =
                    ChangeReader.create(store, TestTable.ID, TypedFiles.SHAPE, ChangeReadOptions.defaults());
            SourceFacts facts = known ? file -> Optional.of(reader.profile(file)) : SourceFacts.none();
            CompactionPlan plan = compactor.plan(table.timeline(), ledger().snapshot(), facts);
            boolean wrote = !compactor
                    .execute(plan, CompactionListener.none())
                    .outputs()
                    .isEmpty();
            if (known) {
                assertThat(wrote).as("%s%n%s", plan, schemas).isEqualTo(!plan.isEmpty());
            }
            return wrote;
        }
    }
}
