package io.convergence.testkit.dms;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.ledger.CommitConflictException;
import io.convergence.pipeline.Convergence;
import io.convergence.pipeline.Declaration;
import io.convergence.pipeline.DeclarationPlan;
import io.convergence.pipeline.LakeTable;
import io.convergence.pipeline.MergeOptions;
import io.convergence.pipeline.Obstacle;
import io.convergence.pipeline.PipelineException;
import io.convergence.pipeline.ProgressListener;
import io.convergence.pipeline.TableEvent;
import io.convergence.pipeline.TableResult;
import io.convergence.pipeline.TableState;
import io.convergence.pipeline.TableStatus;
import io.convergence.source.RowImages;
import io.convergence.source.SourceEngine;
import io.convergence.source.SourceSchema;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ObjectStat;
import io.convergence.store.WriteCondition;
import io.convergence.target.ReplicationSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Random walks: DMS, the source, the clock, somebody who deletes files and somebody who declares things, each doing what
 * they can at random moments; after each step the table is looked at, often by a new process. Whatever it says may follow on what
 * it said before, by what happened in between. Replay one with {@code -Dconvergence.seed=}.
 */
class TableStatesWalkTest {
    private static final int WALKS = Integer.getInteger("convergence.walks", 30);
    private static final int STEPS = 12;
    private static final MergeOptions OPTIONS = MergeOptions.defaults();

    private enum Step {
        CHANGES,
        LATE_FILE,
        NEW_RUN,
        REPLAY,
        RELOAD_EMPTIED,
        RELOAD_KEPT,
        TRUNCATE,
        CLOCK_BACK,
        DELETE_A_FILE,
        RESTORE_FILES,
        WAIT,
        DECLARE,
        MERGE,
        WAIT_AND_MERGE;

        /** What moves a table on comes more often than what stops it. */
        static Step any(Random random) {
            return switch (random.nextInt(3)) {
                case 0 -> WAIT_AND_MERGE;
                case 1 -> random.nextBoolean() ? DECLARE : CHANGES;
                default -> values()[random.nextInt(values().length)];
            };
        }
    }

    @Test
    void onlyLegalTransitionsOccur() {
        Long given = Long.getLong("convergence.seed");
        Map<Obstacle, Integer> seen = new EnumMap<>(Obstacle.class);
        int published = 0;
        int first = given == null ? 0 : Math.toIntExact(given);
        int last = given == null ? WALKS : first + 1;
        for (int seed = first; seed < last; seed++) {
            published += new Walk(seed, seen).go();
        }

        if (given == null) {
            assertThat(published).as("merges that published").isGreaterThan(WALKS);
            assertThat(seen)
                    .as("obstacles met")
                    .containsKeys(
                            Obstacle.RAW_FILE_VANISHED,
                            Obstacle.ORDER_DISPUTED,
                            Obstacle.LOAD_UNSETTLED,
                            Obstacle.NO_FILES,
                            Obstacle.RELOAD_AWAITED);
        }
    }

    private static final class Walk {
        private final long seed;
        private final Map<Obstacle, Integer> seen;
        private final Random random;
        private final ReplicationSpec spec;
        private final DmsScript script;
        private final InMemoryObjectStore store;
        private final Map<String, byte[]> contents = new LinkedHashMap<>();
        private final Map<String, ObjectStat> deleted = new LinkedHashMap<>();
        private final List<String> told = new ArrayList<>();
        private @Nullable Instant storing;
        private @Nullable LakeTable process;
        private Optional<Obstacle> before = Optional.of(Obstacle.NO_FILES);
        private int published;

        Walk(long seed, Map<Obstacle, Integer> seen) {
            this.seed = seed;
            this.seen = seen;
            this.random = new Random(seed * 0x9E3779B97F4A7C15L);
            SourceEngine engine = random.nextBoolean() ? SourceEngine.POSTGRESQL : SourceEngine.MYSQL;
            this.spec = ScriptedShop.spec(
                    settings -> {},
                    SourceSchema.of(engine, ScriptedShop.orders(RowImages.KEY_ONLY), ScriptedShop.items()));
            this.script = DmsScript.of(spec).seed(seed).loadFileRows(3);
            this.store = new InMemoryObjectStore(
                    () -> storing == null ? script.clock().instant() : storing);
        }

        int go() {
            look("the start", Set.of());
            script.on(ScriptedShop.ORDERS);
            for (long i = 1; i <= 4; i++) {
                script.row(i, "status " + i, null, "note " + i, "body " + i);
            }
            script.load();
            deliver();
            look("the load", EnumSet.of(TableEvent.FILES_CAME, TableEvent.NEWER_LOAD));
            for (int i = 0; i < STEPS; i++) {
                Step step = Step.any(random);
                Set<TableEvent> happened = take(step);
                look(step.name(), happened);
            }
            return published;
        }

        private Set<TableEvent> take(Step step) {
            Set<TableEvent> happened = EnumSet.noneOf(TableEvent.class);
            switch (step) {
                case CHANGES -> {
                    script.play(1 + random.nextInt(3), Set.of(ScriptHappening.CUT_TRANSACTION));
                    happened.add(TableEvent.FILES_CAME);
                }
                case LATE_FILE -> {
                    script.play(3, Set.of(ScriptHappening.LATE_FILE));
                    happened.add(TableEvent.FILES_CAME);
                }
                case NEW_RUN -> {
                    script.restart();
                    script.play(1, Set.of());
                    happened.add(TableEvent.FILES_CAME);
                }
                case REPLAY -> {
                    script.play(1, Set.of());
                    script.restart(ScriptReplay.NEW_SEQUENCE, 2);
                    script.play(1, Set.of());
                    happened.add(TableEvent.FILES_CAME);
                }
                case RELOAD_EMPTIED, RELOAD_KEPT -> {
                    boolean emptied = step == Step.RELOAD_EMPTIED;
                    script.reload(emptied ? ScriptReload.FOLDER_EMPTIED : ScriptReload.FILES_KEPT);
                    happened.addAll(EnumSet.of(TableEvent.NEWER_LOAD, TableEvent.FILES_CAME, TableEvent.FILES_GONE));
                    if (emptied) {
                        deleted.clear();
                    }
                }
                case TRUNCATE -> {
                    script.truncate();
                    // What was buffered is flushed before the folder is emptied.
                    happened.addAll(EnumSet.of(TableEvent.FILES_CAME, TableEvent.FILES_GONE));
                }
                case CLOCK_BACK -> {
                    script.stepClockBack(Duration.ofHours(1));
                    script.play(2, Set.of());
                    happened.add(TableEvent.FILES_CAME);
                }
                case DELETE_A_FILE -> happened.addAll(deleteAFile());
                case RESTORE_FILES -> happened.addAll(restore());
                case WAIT -> {
                    script.pause(Duration.ofMinutes(11));
                    happened.add(TableEvent.TIME_PASSED);
                }
                case DECLARE -> happened.addAll(declare());
                case MERGE -> happened.addAll(merge());
                case WAIT_AND_MERGE -> {
                    script.pause(Duration.ofMinutes(11));
                    deliver();
                    happened.addAll(merge());
                    happened.add(TableEvent.TIME_PASSED);
                }
            }
            deliver();
            return happened;
        }

        private void deliver() {
            script.writeTo(store);
            for (ObjectStat stat : raw()) {
                contents.put(stat.key(), store.get(stat.key()).orElseThrow().content());
            }
        }

        private List<ObjectStat> raw() {
            return store.listAll("")
                    .filter(stat -> stat.key().contains("public/orders/")
                            && !stat.key().contains("gen-")
                            && stat.key().endsWith(".parquet"))
                    .toList();
        }

        private Set<TableEvent> deleteAFile() {
            List<ObjectStat> files = raw();
            if (files.isEmpty()) {
                return Set.of();
            }

            ObjectStat victim = files.get(random.nextInt(files.size()));
            deleted.put(victim.key(), victim);
            store.delete(victim.key());
            return Set.of(TableEvent.FILES_GONE);
        }

        private Set<TableEvent> restore() {
            boolean any = !deleted.isEmpty();
            for (ObjectStat stat : deleted.values()) {
                if (store.head(stat.key()).isEmpty()) {
                    storing = stat.lastModified();
                    store.put(stat.key(), contents.get(stat.key()), WriteCondition.none());
                    storing = null;
                }
            }
            deleted.clear();
            return any ? EnumSet.of(TableEvent.FILES_RESTORED, TableEvent.FILES_CAME) : Set.of();
        }

        /** Now and then a new process, which knows nothing but what is stored. */
        private LakeTable table() {
            LakeTable known = process;
            if (known == null || random.nextInt(4) == 0) {
                known = Convergence.builder()
                        .spec(spec)
                        .schema(script.schema())
                        .store(store)
                        .random(new Random(seed + told.size()))
                        .build()
                        .table(ScriptedShop.ORDERS);
                process = known;
            }
            return known;
        }

        /** Whatever would end what stands, as far as the files allow. */
        private Set<TableEvent> declare() {
            Instant now = script.clock().instant();
            List<Declaration> all = new ArrayList<>(List.of(
                    Declaration.truncated(),
                    Declaration.truncated(now),
                    Declaration.reloaded(),
                    Declaration.expired(),
                    Declaration.loadComplete()));
            while (!all.isEmpty()) {
                Declaration declaration = all.remove(random.nextInt(all.size()));
                try {
                    DeclarationPlan plan = table().planDeclaration(declaration, OPTIONS);
                    plan.execute();
                    told.add(declaration + ": " + plan.entry().text());
                    return Set.of(TableEvent.declared(declaration.what()));
                } catch (PipelineException e) {
                    told.add("refused: " + e.getMessage());
                }
            }
            return Set.of();
        }

        private Set<TableEvent> merge() {
            Optional<Obstacle> stands = table().show(OPTIONS).standing();
            TableResult result;
            try {
                result = table().merge(OPTIONS, ProgressListener.none());
            } catch (CommitConflictException e) {
                throw new AssertionError("nobody else writes", e);
            }
            told.add("merged: " + result.state());
            if (stands.isPresent()) {
                assertThat(result.state())
                        .as("a merge although %s, %s", stands.get(), this)
                        .isNotIn(TableState.PUBLISHED, TableState.UNCHANGED);
            }
            published += result.state() == TableState.PUBLISHED ? 1 : 0;
            return result.filesRead() > 0 ? EnumSet.of(TableEvent.ROWS_READ) : Set.of();
        }

        private void look(String step, Set<TableEvent> happened) {
            TableStatus status = table().show(OPTIONS);
            Optional<Obstacle> after = status.standing();
            told.add(step + " " + happened + ": " + after.map(Obstacle::name).orElse("CURRENT"));
            after.ifPresent(obstacle -> seen.merge(obstacle, 1, Integer::sum));
            assertThat(Obstacle.mayFollow(before, after, happened))
                    .as("%s after %s, by %s; %s", after, before, happened, this)
                    .isTrue();
            before = after;
        }

        @Override
        public String toString() {
            return "seed " + seed + ":\n  " + String.join("\n  ", told);
        }
    }
}
