package io.convergence.testkit.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.ConvergenceException;
import io.convergence.DataSize;
import io.convergence.Finding;
import io.convergence.compact.TaskExecution;
import io.convergence.curated.TableStyle;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.RawRetirement;
import io.convergence.ledger.RawSource;
import io.convergence.ledger.RetirementOptions;
import io.convergence.pipeline.CompactionRun;
import io.convergence.pipeline.LakeTable;
import io.convergence.pipeline.ListingMode;
import io.convergence.pipeline.MergeOptions;
import io.convergence.pipeline.ProgressListener;
import io.convergence.pipeline.TableResult;
import io.convergence.pipeline.TableState;
import io.convergence.store.ObjectStat;
import io.convergence.store.WriteCondition;
import io.convergence.testkit.store.Fault;
import io.convergence.testkit.store.FaultyObjectStore;
import io.convergence.testkit.store.Operation;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** L4, S14: raw files that go, or are written anew, while they are merged leave a suspicion in the log; retired ones (L5) none. */
class SuspicionTest {
    private final SourceHistory history = new SourceHistory(5, 6);
    private final LakeWorld world = new LakeWorld();

    @BeforeEach
    void deliver() {
        world.deliver(history.files());
        world.later();
    }

    @Test
    void l4AFileThatVanishesUnderAMergeEndsInASuspicionAndNotInACommit() {
        ObjectStat victim = lastChanges(world);

        TableResult result = mergeWhile(world, () -> world.store.delete(victim.key()));

        assertThat(result.state()).isEqualTo(TableState.SUSPECT);
        assertThat(world.log())
                .singleElement()
                .isInstanceOfSatisfying(
                        LedgerEntry.Suspect.class,
                        suspect -> assertThat(suspect.places())
                                .extracting(RawSource::key)
                                .containsExactly(victim.key()));
        // The log has never heard of the file but for this.
        TableResult next = world.merge();
        assertThat(next.state()).isEqualTo(TableState.SUSPECT);
        assertThat(next.findings()).extracting(Finding::code).contains("TABLE_SUSPECT");
        assertThat(world.merge().state()).isEqualTo(TableState.SUSPECT);
        assertThat(world.log()).hasSize(1);
    }

    /** What DMS does to a raw file that a merge has read. */
    private enum Rewrite {
        OTHER_ROWS_IN_THE_SAME_SECOND {
            @Override
            void of(ObjectStat victim, LakeWorld world) {
                world.store.put(victim.key(), content(world, firstChanges(world)), WriteCondition.none());
                assertThat(now(world, victim).lastModified()).isEqualTo(victim.lastModified());
            }
        },
        /** As a reload of an unchanged table does: the ETag stays. */
        SAME_BYTES_LATER {
            @Override
            void of(ObjectStat victim, LakeWorld world) {
                byte[] same = content(world, victim);
                world.later();
                world.store.put(victim.key(), same, WriteCondition.none());
                assertThat(now(world, victim).etag()).isEqualTo(victim.etag());
            }
        };

        abstract void of(ObjectStat victim, LakeWorld world);

        private static byte[] content(LakeWorld world, ObjectStat stat) {
            return world.store.get(stat.key()).orElseThrow().content();
        }

        private static ObjectStat now(LakeWorld world, ObjectStat stat) {
            return world.store.head(stat.key()).orElseThrow();
        }
    }

    /** L3, L4: the rows it read are no longer those of the file, and neither are committed. */
    @ParameterizedTest
    @EnumSource(Rewrite.class)
    void l4AFileWrittenAnewUnderAMergeEndsInASuspicionAndNotInACommit(Rewrite rewrite) {
        var going = new LakeWorld();
        int last = history.files().size() - 1;
        going.deliver(history.files().subList(0, last));
        going.later();
        assertThat(going.merge().state()).isEqualTo(TableState.PUBLISHED);
        List<LedgerEntry> log = going.log();
        var rows = going.rows();
        going.later();
        going.deliver(history.files().subList(last, last + 1));
        ObjectStat victim = lastChanges(going);

        TableResult result = mergeWhile(going, () -> rewrite.of(victim, going));

        assertThat(result.state()).isEqualTo(TableState.SUSPECT);
        assertThat(going.log()).hasSize(log.size() + 1).startsWith(log.toArray(LedgerEntry[]::new));
        assertThat(going.log().get(log.size()))
                .isInstanceOfSatisfying(
                        LedgerEntry.Suspect.class,
                        suspect -> assertThat(suspect.places())
                                .singleElement()
                                .satisfies(
                                        place -> assertThat(place.same(victim)).isTrue()));
        assertThat(going.rows()).isEqualTo(rows);
        TableResult next = going.merge();
        assertThat(next.state()).isEqualTo(TableState.SUSPECT);
        assertThat(next.findings()).extracting(Finding::code).contains("TABLE_SUSPECT");
        assertThat(going.log()).hasSize(log.size() + 1);
        assertThat(going.rows()).isEqualTo(rows);
    }

    /** When DMS acts, by what the merge asks for next. */
    private enum Moment {
        /** The file was listed and is about to be looked into. */
        LOOK_INTO,
        /** The merge is planned and about to read the file's rows. */
        READ
    }

    private enum Act {
        DELETE,
        WRITE_ANEW
    }

    static Stream<Arguments> actsWhileReading() {
        return Stream.of(Moment.values())
                .flatMap(moment -> Stream.of(Act.values())
                        .flatMap(act -> Stream.of(ListingMode.values())
                                .flatMap(listing -> Stream.of(
                                                TableStyle.current(), TableStyle.softDelete(), TableStyle.append())
                                        .map(style -> Arguments.of(moment, act, listing, style)))));
    }

    /** The plan counted on rows that nobody will read any more, and the next one would not miss them. */
    @ParameterizedTest
    @MethodSource("actsWhileReading")
    void l4AFileThatIsAnotherWhenItIsReadEndsInASuspicionAndNotInACommit(
            Moment moment, Act act, ListingMode listing, TableStyle style) {
        // With so little memory no file is kept from the look into it, so that its rows are asked for again.
        MergeOptions options = MergeOptions.defaults().style(style).memory(DataSize.ofKilobytes(1));
        int last = history.files().size() - 1;
        var going = new LakeWorld();
        going.deliver(history.files().subList(0, last));
        going.later();
        assertThat(going.process(going.store)
                        .merge(options, ProgressListener.none())
                        .state())
                .isEqualTo(TableState.PUBLISHED);
        List<LedgerEntry> log = going.log();
        going.deliver(history.files().subList(last, last + 1));
        going.later();
        ObjectStat victim = lastChanges(going);
        byte[] other = going.store.get(firstChanges(going).key()).orElseThrow().content();
        FaultyObjectStore store = FaultyObjectStore.counting(going.store);
        var planned = new AtomicBoolean(moment == Moment.LOOK_INTO);
        var acted = new AtomicBoolean();
        store.plan(request -> {
            boolean reads = request.operation() == Operation.READ || request.operation() == Operation.GET;
            if (reads && request.key().equals(victim.key()) && planned.get() && acted.compareAndSet(false, true)) {
                if (act == Act.DELETE) {
                    going.store.delete(victim.key());
                } else {
                    going.store.put(victim.key(), other, WriteCondition.none());
                }
            }
            return Optional.empty();
        });

        TableResult result = going.lake(store, listing)
                .table(SourceHistory.TABLE)
                .merge(
                        options,
                        (table, step, done, total) ->
                                planned.compareAndSet(false, step == ProgressListener.Step.PROFILE && done == total));

        assertThat(acted).as("DMS acted").isTrue();
        assertThat(result.state()).isEqualTo(TableState.SUSPECT);
        assertThat(result.findings()).extracting(Finding::code).contains("RAW_FILE_VANISHED");
        assertThat(going.log()).hasSize(log.size() + 1).startsWith(log.toArray(LedgerEntry[]::new));
        assertThat(going.log().get(log.size()))
                .isInstanceOfSatisfying(
                        LedgerEntry.Suspect.class,
                        suspect -> assertThat(suspect.places())
                                .singleElement()
                                .satisfies(
                                        place -> assertThat(place.same(victim)).isTrue()));
        TableResult next =
                going.lake(going.store, listing).table(SourceHistory.TABLE).merge(options, ProgressListener.none());
        assertThat(next.state()).isEqualTo(TableState.SUSPECT);
        assertThat(going.log()).hasSize(log.size() + 1);
    }

    /** The next run does not list the file, and would not miss it. */
    @ParameterizedTest
    @EnumSource(Act.class)
    void l4AFileThatIsAnotherWhenACompactionLooksIntoItEndsInASuspicionAndNotInACommit(Act act) {
        ObjectStat victim = lastChanges(world);
        byte[] other = world.store.get(firstChanges(world).key()).orElseThrow().content();
        FaultyObjectStore store = FaultyObjectStore.counting(world.store);
        var acted = new AtomicBoolean();
        store.plan(request -> {
            boolean reads = request.operation() == Operation.READ || request.operation() == Operation.GET;
            if (reads && request.key().equals(victim.key()) && acted.compareAndSet(false, true)) {
                if (act == Act.DELETE) {
                    world.store.delete(victim.key());
                } else {
                    world.store.put(victim.key(), other, WriteCondition.none());
                }
            }
            return Optional.empty();
        });

        assertThatThrownBy(() -> world.lake(store, ListingMode.FULL)
                        .table(SourceHistory.TABLE)
                        .compact(LakeWorld.COMPACTION, ProgressListener.none()))
                .isInstanceOf(ConvergenceException.class)
                .hasMessageContaining(
                        "'" + victim.key() + "' changed or vanished after it was listed. Nothing was committed");

        assertThat(world.log())
                .singleElement()
                .isInstanceOfSatisfying(
                        LedgerEntry.Suspect.class,
                        suspect -> assertThat(suspect.places())
                                .singleElement()
                                .satisfies(
                                        place -> assertThat(place.same(victim)).isTrue()));
    }

    /** A crash between the two must leave the suspicion. */
    @ParameterizedTest
    @EnumSource(ListingMode.class)
    void l4ACompactionWhoseTasksAreToGoOnLogsTheSuspicionBeforeItCommitsTheOthers(ListingMode listing) {
        ObjectStat victim = lastChanges(world);
        var acted = new AtomicBoolean();

        CompactionRun run = world.lake(world.store, listing)
                .table(SourceHistory.TABLE)
                .compact(
                        LakeWorld.COMPACTION,
                        (table, step, done, total) -> {
                            if (step == ProgressListener.Step.PROFILE
                                    && done == total
                                    && acted.compareAndSet(false, true)) {
                                world.store.delete(victim.key());
                            }
                        },
                        TaskExecution.defaults().withOnFailure(TaskExecution.OnFailure.GO_ON));

        assertThat(run.result().outputs()).isNotEmpty();
        assertThat(run.result().failures()).isEmpty();
        assertThat(world.log()).hasSize(2);
        assertThat(world.log().get(0))
                .isInstanceOfSatisfying(
                        LedgerEntry.Suspect.class,
                        suspect -> assertThat(suspect.places())
                                .extracting(RawSource::key)
                                .containsExactly(victim.key()));
        assertThat(world.log().get(1)).isInstanceOf(LedgerEntry.Compaction.class);
        assertThat(world.ledger().snapshot().compactedSources())
                .extracting(RawSource::key)
                .isNotEmpty()
                .doesNotContain(victim.key());
    }

    /** Once more the file is not listed, and nobody would know that it ever was there. */
    @Test
    void l4ACompactionThatCannotLogItsSuspicionCommitsNothing() {
        ObjectStat victim = lastChanges(world);
        FaultyObjectStore store = FaultyObjectStore.counting(world.store);
        var acted = new AtomicBoolean();
        var listings = new AtomicInteger();
        store.plan(request -> {
            if (acted.get()
                    && request.operation() == Operation.LIST
                    && !request.key().contains("control/")) {
                listings.incrementAndGet();
            }
            boolean writesLog =
                    request.operation() == Operation.PUT && request.key().contains("/log/");
            // The first is that of the check before the commit, the second that of a second plan.
            return acted.get() && listings.get() < 2 && writesLog ? Optional.of(Fault.SLOW_DOWN) : Optional.empty();
        });

        assertThatThrownBy(() -> world.lake(store, ListingMode.FULL)
                        .table(SourceHistory.TABLE)
                        .compact(
                                LakeWorld.COMPACTION,
                                (table, step, done, total) -> {
                                    if (step == ProgressListener.Step.PROFILE
                                            && done == total
                                            && acted.compareAndSet(false, true)) {
                                        world.store.delete(victim.key());
                                    }
                                },
                                TaskExecution.defaults().withOnFailure(TaskExecution.OnFailure.GO_ON)))
                .isInstanceOf(ConvergenceException.class)
                .hasMessageContaining(victim.key());

        assertThat(world.log()).isEmpty();
    }

    @Test
    void s14ADeclarationEndsIt() {
        ObjectStat victim = lastChanges(world);
        mergeWhile(world, () -> world.store.delete(victim.key()));
        Ledger ledger = world.ledger();

        ledger.commit(new LedgerEntry.Declared(
                ledger.newTransaction(), 0, LedgerEntry.Declared.Kind.EXPIRED, "removed by hand", List.of(0L)));
        TableResult result = world.merge();

        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(ledger.snapshot().suspicions()).isEmpty();
        assertThat(ledger.snapshot().declarations()).hasSize(1);
    }

    /** A file that another process writes back has another time: it is another object, and only a person knows. */
    @Test
    void l3AFileWrittenAnewDoesNotEndIt() {
        ObjectStat victim = lastChanges(world);
        byte[] content = world.store.get(victim.key()).orElseThrow().content();
        mergeWhile(world, () -> world.store.delete(victim.key()));

        world.store.put(victim.key(), content, WriteCondition.none());

        assertThat(world.merge().state()).isEqualTo(TableState.SUSPECT);
    }

    @Test
    void l5RetiredRawFilesArePlacedFromTheLogAndMakeNothingSuspect() {
        world.merge();
        world.compact();
        world.later();
        world.merge();
        for (int hour = 0; hour < 50; hour++) {
            world.later();
        }
        LakeTable table = world.process(world.store);
        RawRetirement retirement = table.retirement(RetirementOptions.byDeleting());

        RawRetirement.Result retired = retirement.execute(retirement.plan());
        TableResult next = world.merge();

        assertThat(retired.retired()).isNotEmpty();
        assertThat(retired.findings()).isEmpty();
        assertThat(next.state()).isEqualTo(TableState.UNCHANGED);
        assertThat(world.rows()).isEqualTo(history.rows());
        assertThat(table.check().findings())
                .extracting(Finding::code)
                .doesNotContain("RAW_FILES_GONE")
                .isSubsetOf("FILES_TO_CLEAN_UP");
    }

    private static ObjectStat firstChanges(LakeWorld world) {
        return changes(world).get(0);
    }

    private static ObjectStat lastChanges(LakeWorld world) {
        List<ObjectStat> changes = changes(world);
        return changes.get(changes.size() - 1);
    }

    private static List<ObjectStat> changes(LakeWorld world) {
        return world.store
                .listAll("raw/")
                .filter(stat -> !stat.key().contains("LOAD"))
                .toList();
    }

    /** DMS acts when the merge has read everything and writes its first file. */
    private static TableResult mergeWhile(LakeWorld world, Runnable dms) {
        FaultyObjectStore store = FaultyObjectStore.counting(world.store);
        var acted = new AtomicBoolean();
        store.plan(request -> {
            boolean writes =
                    request.operation() == Operation.PUT && request.key().contains("/tables/");
            if (writes && acted.compareAndSet(false, true)) {
                dms.run();
            }
            return Optional.empty();
        });
        TableResult result = world.process(store).merge(MergeOptions.defaults(), ProgressListener.none());
        assertThat(acted).as("DMS acted").isTrue();
        return result;
    }
}
