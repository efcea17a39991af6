package io.convergence.target;

import static io.convergence.target.SpecFixture.table;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.convergence.Finding;
import io.convergence.source.SourceEngine;
import io.convergence.source.SourceTable;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpecTogetherTest {
    private static final String WRITTEN_TWICE = "Give each task its own BucketFolder, or rename the tables of one.";

    @Test
    void tasksWithFoldersAndPrefixesOfTheirOwnAreFine_S16() {
        ReplicationSpec east = own("east", table("public", "orders")).build();
        ReplicationSpec west = own("west", table("public", "orders")).build();

        assertThat(ReplicationSpec.validateTogether(List.of(east, west))).isEmpty();
    }

    @Test
    void tasksOfDifferentTablesMayShareFolderAndLedger_S16() {
        ReplicationSpec orders = shared(table("public", "orders")).build();
        ReplicationSpec lines = shared(table("public", "lines")).build();

        assertThat(ReplicationSpec.validateTogether(List.of(orders, lines))).isEmpty();
    }

    @Test
    void oneTableByTwoTasksIsRefused_S16() {
        ReplicationSpec first =
                shared(table("public", "orders"), table("public", "lines")).build();
        ReplicationSpec second = shared(table("public", "lines")).build();

        assertThat(ReplicationSpec.validateTogether(List.of(first, second)))
                .containsExactly(
                        Finding.error(
                                "TABLE_WRITTEN_TWICE",
                                "$[1].s3Settings.BucketFolder",
                                "Its task and that of spec 0 both write to [dms/public/lines]: they overwrite each other's files, and rows of both are lost (rule S16).",
                                WRITTEN_TWICE),
                        Finding.error(
                                "LEDGER_SHARED",
                                "$[1].controlPrefix",
                                "It has the controlPrefix 'convergence/control' and the outputPrefix 'convergence/output' of spec 0, and both replicate tables named [public.lines]: each would take the other's files for its own (rule L1).",
                                "Give each spec a controlPrefix and an outputPrefix of its own."));
    }

    @Test
    void shardsThatRenameTheirTablesToOneNameAreRefused_S16() {
        ReplicationSpec first = own("a", table("shard1", "orders"))
                .settings(s -> s.bucketFolder("dms"))
                .tableMappings(m -> m.renameSchema("shard1", "shop"))
                .build();
        ReplicationSpec second = own("b", table("shard2", "orders"))
                .settings(s -> s.bucketFolder("dms"))
                .tableMappings(m -> m.renameSchema("shard2", "shop"))
                .build();

        assertThat(ReplicationSpec.validateTogether(List.of(first, second)))
                .extracting(Finding::code, Finding::message)
                .containsExactly(
                        tuple(
                                "TABLE_WRITTEN_TWICE",
                                "Its task and that of spec 0 both write to [dms/shop/orders]: they overwrite each other's files, and rows of both are lost (rule S16)."));
    }

    @Test
    void equalNamesInOtherFoldersMustNotShareALedger_L1() {
        ReplicationSpec first = shared(table("public", "orders")).build();
        ReplicationSpec second = shared(table("public", "orders"))
                .settings(s -> s.bucketFolder("dms2"))
                .outputPrefix("out2")
                .build();

        assertThat(ReplicationSpec.validateTogether(List.of(first, second)))
                .containsExactly(Finding.error(
                        "LEDGER_SHARED",
                        "$[1].controlPrefix",
                        "It has the controlPrefix 'convergence/control' of spec 0, and both replicate tables named [public.orders]: each would take the other's files for its own (rule L1).",
                        "Give each spec a controlPrefix and an outputPrefix of its own."));
    }

    @Test
    void aFolderInsideATableOfAnotherTaskIsRefused_L4() {
        ReplicationSpec outer = own("raw", table("public", "orders")).build();
        ReplicationSpec inner = own("inner", table("public", "orders"))
                .settings(s -> s.bucketFolder("raw/public/orders"))
                .build();

        assertThat(ReplicationSpec.validateTogether(List.of(inner, outer)))
                .containsExactly(Finding.error(
                        "TABLE_INSIDE_TABLE",
                        "$[0].s3Settings.BucketFolder",
                        "Its folders [raw/public/orders/public/orders] lie in folders of tables of spec 1: DMS deletes them when those tables are reloaded or truncated, and readers take their files for those tables' own (rules L4 and S16).",
                        "Give each task its own BucketFolder."));
    }

    @Test
    void aLedgerInTheFolderOfAnotherTaskIsRefused_L4() {
        ReplicationSpec first = own("east", table("public", "orders"))
                .controlPrefix("west/control")
                .build();
        ReplicationSpec second = own("west", table("public", "lines")).build();

        assertThat(ReplicationSpec.validateTogether(List.of(first, second)))
                .containsExactly(Finding.error(
                        "PREFIX_NOT_OUTSIDE_DMS_FOLDER",
                        "$[0].controlPrefix",
                        "The controlPrefix 'west/control' and the folder 'west' of the task of spec 1 overlap: DMS deletes what lies in its folder when a table is reloaded or truncated (rule L4).",
                        "Choose a prefix beside 'west'."));
    }

    @Test
    void theLedgerOfOneInTheOutputOfAnotherIsRefused() {
        ReplicationSpec first = own("east", table("public", "orders")).build();
        ReplicationSpec second = own("west", table("public", "lines"))
                .outputPrefix("east-control")
                .build();

        assertThat(ReplicationSpec.validateTogether(List.of(first, second)))
                .containsExactly(Finding.error(
                        "PREFIXES_OVERLAP",
                        "$[1].outputPrefix",
                        "The controlPrefix of one spec and the outputPrefix of the other overlap (spec 0: 'east-control', 'east-output'; here: 'west-control', 'east-control'): files of the ledger could be taken for data, and data for the ledger.",
                        "Give each spec a controlPrefix and an outputPrefix of its own."));
    }

    @Test
    void withoutSchemasASharedFolderIsDoubtful_S16() {
        ReplicationSpec.Builder any = ReplicationSpec.lakeReady("lake", "dms")
                .sourceEngine(SourceEngine.MYSQL)
                .tableMappings(m -> m.include("shop", "%"));
        ReplicationSpec first = any.build();
        ReplicationSpec second = shared(table("public", "orders")).build();

        assertThat(ReplicationSpec.validateTogether(List.of(first, second)))
                .containsExactly(
                        Finding.warning(
                                "FOLDER_MAY_BE_SHARED",
                                "$[1].s3Settings.BucketFolder",
                                "It is 'dms', that of spec 0 is 'dms', and without a source schema in both it cannot be told whether a table lies in both: tasks that write one table to one place overwrite each other's files (rule S16).",
                                "Give each task its own BucketFolder, or both specs their source schema."),
                        Finding.warning(
                                "LEDGER_MAY_BE_SHARED",
                                "$[1].controlPrefix",
                                "It has the controlPrefix 'convergence/control' and the outputPrefix 'convergence/output' of spec 0, and without a source schema in both it cannot be told whether tables have the same names: each would take the other's files for its own (rule L1).",
                                "Give each spec a controlPrefix and an outputPrefix of its own."));
    }

    @Test
    void aLoadTaskAndATaskOfChangesAreTheUsersToTime_S16() {
        ReplicationSpec load = shared(table("public", "orders"))
                .migrationType(MigrationType.FULL_LOAD)
                .build();
        ReplicationSpec changes = shared(table("public", "orders"))
                .migrationType(MigrationType.CDC)
                .build();
        Finding expected = Finding.warning(
                "LOAD_AND_CHANGES_APART",
                "$[0].migrationType",
                "Its task captures changes of tables [public.orders] that spec 1 loads: changes between the load and a later start of this task are lost, and no file shows it (rule S16).",
                "Start this task at a time or position that is not after the start of the load.");

        assertThat(ReplicationSpec.validateTogether(List.of(changes, load))).containsExactly(expected);
        assertThat(ReplicationSpec.validateTogether(List.of(
                        changes.toBuilder()
                                .settings(s -> s.timestampColumnName("at"))
                                .build(),
                        load)))
                .containsExactly(
                        expected,
                        Finding.warning(
                                "LOAD_AND_CHANGES_READ_DIFFERENTLY",
                                "$[1].s3Settings",
                                "The files of spec 0 lie in the same folders, but timestamp column, change sequence, before-images or CSV differ: read by one of the specs, the files of the other are misread.",
                                "Give both tasks the same settings and the same rules that add columns."));
    }

    @Test
    void withoutSchemasALoadTaskAndATaskOfChangesMayBelongTogether_S16() {
        ReplicationSpec.Builder any = ReplicationSpec.lakeReady("lake", "dms")
                .sourceEngine(SourceEngine.MYSQL)
                .tableMappings(m -> m.include("shop", "%"));
        ReplicationSpec load = any.migrationType(MigrationType.FULL_LOAD).build();
        ReplicationSpec changes = any.migrationType(MigrationType.CDC).build();

        assertThat(ReplicationSpec.validateTogether(List.of(load, changes)))
                .extracting(Finding::code, Finding::message)
                .containsExactly(
                        tuple(
                                "LOAD_AND_CHANGES_APART",
                                "Its task captures changes of tables that spec 0 may load: changes between the load and a later start of this task are lost, and no file shows it (rule S16)."));
    }

    @Test
    void tasksWithBucketsOfTheirOwnHaveNothingInCommon() {
        ReplicationSpec first = shared(table("public", "orders")).build();
        ReplicationSpec second =
                first.toBuilder().settings(s -> s.bucketName("other")).build();

        assertThat(ReplicationSpec.validateTogether(List.of(first, second))).isEmpty();
    }

    private static ReplicationSpec.Builder shared(SourceTable... tables) {
        return SpecFixture.lakeReady(tables);
    }

    private static ReplicationSpec.Builder own(String name, SourceTable... tables) {
        return SpecFixture.lakeReady(tables)
                .settings(s -> s.bucketFolder(name))
                .controlPrefix(name + "-control")
                .outputPrefix(name + "-output");
    }
}
