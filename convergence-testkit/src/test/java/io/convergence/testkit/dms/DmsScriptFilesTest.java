package io.convergence.testkit.dms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.TableId;
import io.convergence.schema.DataType;
import io.convergence.source.RowImages;
import io.convergence.source.SourceColumn;
import io.convergence.source.SourceEngine;
import io.convergence.source.SourceSchema;
import io.convergence.source.SourceTable;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ObjectStat;
import io.convergence.target.DataFormat;
import io.convergence.target.ReplicationSpec;
import io.convergence.target.S3TargetSettings;
import io.convergence.target.TaskSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Each step of a script shows in the files what DMS's files show: in CSV, where it can be read. */
class DmsScriptFilesTest {
    private static final TableId TABLE = TableId.of("public", "t");
    private static final String FOLDER = "raw/public/t/";
    private static final String DAY = FOLDER + "2026/03/01/20260301-";

    private static SourceSchema schema(SourceEngine engine, RowImages images) {
        return SourceSchema.of(
                engine,
                SourceTable.of(
                        TABLE,
                        List.of(
                                SourceColumn.required("id", DataType.of(DataType.Kind.INT4)),
                                SourceColumn.required("status", DataType.wstring(9)),
                                SourceColumn.nullable("body", DataType.of(DataType.Kind.NCLOB))),
                        List.of("id"),
                        images));
    }

    private static ReplicationSpec spec(
            SourceEngine engine, RowImages images, Consumer<S3TargetSettings.Builder> settings) {
        return ReplicationSpec.lakeReady("bucket", "raw")
                .sourceSchema(schema(engine, images))
                .tableMappings(mappings -> mappings.include("public", "%"))
                .settings(s -> settings.accept(s.dataFormat(DataFormat.CSV)))
                .build();
    }

    private static DmsScript script() {
        return DmsScript.of(spec(SourceEngine.POSTGRESQL, RowImages.KEY_ONLY, settings -> {}))
                .row(1, "new", "one")
                .row(2, "new", "two");
    }

    private static InMemoryObjectStore written(DmsScript script) {
        var store = new InMemoryObjectStore(script.clock());
        script.writeTo(store);
        return store;
    }

    private static List<String> lines(InMemoryObjectStore store, String key) {
        return new String(store.get(key).orElseThrow().content(), StandardCharsets.UTF_8)
                .lines()
                .toList();
    }

    private static List<String> changes(InMemoryObjectStore store) {
        return store.listAll(FOLDER)
                .map(ObjectStat::key)
                .filter(key -> !key.contains("/LOAD"))
                .toList();
    }

    @Test
    void aLoadHasArrivalTimesThatGrowAndAHexadecimalNumberPerFile() {
        DmsScript script = DmsScript.of(spec(SourceEngine.POSTGRESQL, RowImages.KEY_ONLY, settings -> {}))
                .loadFileRows(1);
        for (int id = 1; id <= 11; id++) {
            script.row(id, "new", null);
        }

        InMemoryObjectStore store = written(script.load());

        assertThat(script.keys()).hasSize(11).contains(FOLDER + "LOAD00000001.csv", FOLDER + "LOAD0000000B.csv");
        assertThat(lines(store, FOLDER + "LOAD00000001.csv")).containsExactly("I,2026-03-01 10:00:02.000010,1,new,,,");
        assertThat(lines(store, FOLDER + "LOAD00000002.csv").get(0)).startsWith("I,2026-03-01 10:00:02.05002");
    }

    @Test
    void aTransactionsRowsShareItsTimeAndCountOnAndADeleteHasItsKeyAlone() {
        InMemoryObjectStore store = written(script().load()
                .insert(3, "new", "three")
                .update(3, "status", "paid", "body", "changed")
                .delete(1)
                .commit()
                .delete(3)
                .commit());

        assertThat(lines(store, changes(store).get(0)))
                .containsExactly(
                        "I,2026-03-01 10:00:03.050020,3,new,three,20260301100003050000000000000000061,",
                        "U,2026-03-01 10:00:03.050020,3,paid,changed,20260301100003050000000000000000065,",
                        "D,2026-03-01 10:00:03.050020,1,,,20260301100003050000000000000000069,",
                        "D,2026-03-01 10:00:04.050020,3,,,20260301100004050000000000000000081,");
    }

    /** The store keeps whole seconds, as S3 does. */
    @Test
    void aFileIsNamedByTheTimeItIsWrittenAndStoredThen() {
        DmsScript script = script().load().update(1, "status", "paid").commit();

        InMemoryObjectStore store = written(script);

        assertThat(changes(store)).containsExactly(DAY + "100003151.csv");
        assertThat(store.head(DAY + "100003151.csv").orElseThrow().lastModified())
                .isEqualTo("2026-03-01T10:00:03Z");
    }

    @Test
    void aCutTransactionGoesOnInTheNextFileWithTheSameTime() {
        InMemoryObjectStore store = written(script().load()
                .update(1, "status", "a", "body", "x")
                .flush()
                .update(2, "status", "b", "body", "y")
                .commit());

        List<String> files = changes(store);
        assertThat(files).hasSize(2);
        assertThat(lines(store, files.get(0)).get(0)).startsWith("U,2026-03-01 10:00:03.050020,1,a");
        assertThat(lines(store, files.get(1)).get(0)).startsWith("U,2026-03-01 10:00:03.050020,2,b");
    }

    @Test
    void s8AnUnchangedLobIsNullUnlessTheSourceLogsWholeRows() {
        InMemoryObjectStore keyOnly =
                written(script().load().update(1, "status", "paid").commit());
        InMemoryObjectStore full = written(DmsScript.of(spec(SourceEngine.MYSQL, RowImages.FULL, settings -> {}))
                .row(1, "new", "one")
                .load()
                .update(1, "status", "paid")
                .commit()
                .delete(1)
                .commit());

        assertThat(lines(keyOnly, changes(keyOnly).get(0)).get(0)).contains(",1,paid,,2026");
        assertThat(lines(full, changes(full).get(0)).get(0)).contains(",1,paid,one,2026");
        assertThat(lines(full, changes(full).get(0)).get(1)).startsWith("D,").contains(",1,paid,one,2026");
    }

    @Test
    void s10AKeyChangeIsOneUpdateWithTheOldKeyAndASwapTwo() {
        InMemoryObjectStore store = written(
                script().load().update(1, "id", 9).commit().swapKeys(9, 2).commit());

        assertThat(lines(store, changes(store).get(0)))
                .extracting(
                        line -> line.substring(0, 1) + line.substring(28, 30) + line.substring(line.lastIndexOf(',')))
                .containsExactly("U,9,1", "U,2,9", "U,9,2");
    }

    @Test
    void s3ARestartWritesChangesAgainWithTheSameOrWithNewSequences() {
        List<String> same = replayed(ScriptReplay.SAME_SEQUENCE);
        List<String> renewed = replayed(ScriptReplay.NEW_SEQUENCE);

        assertThat(same.subList(2, 3)).isEqualTo(same.subList(1, 2));
        assertThat(same.get(3)).contains("000000000000085");
        assertThat(renewed.get(2)).isEqualTo(renewed.get(1).replace("0000000000000000073", "0000000000000000061"));
        assertThat(renewed.get(3)).contains("000000000000073");
    }

    /** Without a sequence column there is nothing to tell the two from. */
    @Test
    void s3WithoutASequenceColumnAReplayIsTheSameRowInAnotherFile() {
        ReplicationSpec spec = ReplicationSpec.builder()
                .sourceSchema(schema(SourceEngine.POSTGRESQL, RowImages.KEY_ONLY))
                .tableMappings(mappings -> mappings.include("public", "%"))
                .settings(s -> s.bucketName("bucket").bucketFolder("raw").timestampColumnName("ts"))
                .build();

        InMemoryObjectStore store = written(DmsScript.of(spec)
                .row(1, "new", null)
                .load()
                .update(1, "status", "a")
                .commit()
                .restart(ScriptReplay.NEW_SEQUENCE, 1));

        List<String> files = changes(store);
        assertThat(files).hasSize(2);
        assertThat(lines(store, files.get(1)))
                .isEqualTo(lines(store, files.get(0)))
                .containsExactly("U,2026-03-01 10:00:03.050010,1,a,");
    }

    private static List<String> replayed(ScriptReplay replay) {
        InMemoryObjectStore store = written(script().load()
                .update(1, "status", "a")
                .commit()
                .update(2, "status", "b")
                .commit()
                .restart(replay, 1)
                .update(1, "status", "c")
                .commit());
        return changes(store).stream()
                .flatMap(key -> lines(store, key).stream())
                .toList();
    }

    @Test
    void aNewRunCountsFromTheBeginningAndWritesNothingAgain() {
        InMemoryObjectStore store = written(script().load()
                .update(1, "status", "a")
                .commit()
                .restart()
                .update(2, "status", "b")
                .commit());

        assertThat(changes(store))
                .hasSize(2)
                .allSatisfy(key ->
                        assertThat(lines(store, key)).singleElement().asString().contains("0000000000000000061"));
    }

    @Test
    void changesOfTheLoadsTimeAreInItsRowsAndComeAgainBehindIt() {
        InMemoryObjectStore store = written(
                script().load(meanwhile -> meanwhile.update(1, "status", "paid").commit()));

        String load = lines(store, FOLDER + "LOAD00000001.csv").get(1);
        String change = lines(store, changes(store).get(0)).get(0);
        assertThat(lines(store, FOLDER + "LOAD00000001.csv"))
                .anySatisfy(line -> assertThat(line).contains(",1,paid,one"));
        assertThat(change).contains(",1,paid,");
        assertThat(change.substring(2, 28)).isLessThan(load.substring(2, 28));
    }

    @Test
    void aLateFileIsStoredBehindOneOfALaterName() {
        DmsScript script = script().load()
                .lateFile()
                .update(1, "status", "late")
                .commit()
                .flush()
                .update(1, "status", "later")
                .commit()
                .flush();
        InMemoryObjectStore store = written(script);
        List<String> before = changes(store);

        script.pause(Duration.ofMinutes(1)).arrive().writeTo(store);

        List<String> after = changes(store);
        assertThat(before).hasSize(1);
        assertThat(after).hasSize(2).endsWith(before.get(0));
        assertThat(store.head(after.get(0)).orElseThrow().lastModified())
                .isAfter(store.head(after.get(1)).orElseThrow().lastModified());
    }

    @Test
    void aReloadEmptiesTheFolderOrLeavesLeftoversOfTheLongerLoad() {
        DmsScript emptied = script().loadFileRows(1).load().delete(2).commit();
        DmsScript kept = script().loadFileRows(1).load().delete(2).commit();

        InMemoryObjectStore clean = written(emptied.reload(ScriptReload.FOLDER_EMPTIED));
        InMemoryObjectStore leftovers = written(kept.reload(ScriptReload.FILES_KEPT));

        assertThat(clean.listAll(FOLDER).map(ObjectStat::key)).containsExactly(FOLDER + "LOAD00000001.csv");
        assertThat(leftovers.listAll(FOLDER).map(ObjectStat::key))
                .contains(FOLDER + "LOAD00000001.csv", FOLDER + "LOAD00000002.csv")
                .hasSize(3);
        assertThat(leftovers.head(FOLDER + "LOAD00000001.csv").orElseThrow().lastModified())
                .isAfter(leftovers
                        .head(FOLDER + "LOAD00000002.csv")
                        .orElseThrow()
                        .lastModified());
        assertThat(emptied.expected(TABLE).rows()).containsExactly(List.of(1L, "new", "one"));
    }

    @Test
    void s14ATruncateDeletesTheFilesOfSourcesThatCaptureItAndLeavesNoTraceElse() {
        DmsScript captured = DmsScript.of(spec(SourceEngine.MYSQL, RowImages.FULL, settings -> {}).toBuilder()
                        .taskSettings(TaskSettings.builder().build())
                        .build())
                .row(1, "new", null)
                .load()
                .truncate();
        DmsScript unseen = script().load().truncate();

        assertThat(written(captured).listAll(FOLDER)).isEmpty();
        assertThat(captured.expected(TABLE).obstacles())
                .extracting(ExpectedTable.Obstacle::kind)
                .containsExactly(ExpectedTable.Kind.FOLDER_EMPTIED);
        assertThat(written(unseen).listAll(FOLDER)).hasSize(1);
        assertThat(unseen.expected(TABLE).rows()).isEmpty();
        assertThat(unseen.expected(TABLE).mustBePublished()).isFalse();
    }

    @Test
    void changedColumnsBeginWithAFileOfTheirOwn() {
        InMemoryObjectStore store = written(script().load()
                .update(1, "status", "a", "body", "x")
                .commit()
                .addColumn(SourceColumn.nullable("extra", DataType.of(DataType.Kind.DATE)))
                .update(1, "status", "b", "body", "y")
                .commit()
                .dropColumn("body")
                .update(2, "status", "c")
                .commit());

        assertThat(changes(store).stream().map(key -> lines(store, key).get(0)))
                .extracting(line -> line.substring(28, line.indexOf(",2026", 28)))
                .containsExactly(",1,a,x", ",1,b,y,", ",2,c,");
    }

    /** S4: 2026-10-25 has the hour from 02:00 twice in Berlin. */
    @Test
    void s4InTheRepeatedHourALaterFileHasASmallerName() {
        ReplicationSpec spec = spec(
                SourceEngine.POSTGRESQL,
                RowImages.KEY_ONLY,
                settings -> settings.datePartition(date -> date.timezone(ZoneId.of("Europe/Berlin"))));
        DmsScript script = DmsScript.of(spec)
                .row(1, "new", null)
                .at(Instant.parse("2026-10-24T20:00:00Z"))
                .load()
                .at(Instant.parse("2026-10-25T00:30:00Z"))
                .update(1, "status", "summer")
                .commit()
                .flush()
                .at(Instant.parse("2026-10-25T01:10:00Z"))
                .update(1, "status", "winter")
                .commit();

        InMemoryObjectStore store = written(script);

        List<String> files = changes(store);
        assertThat(files)
                .containsExactly(
                        FOLDER + "2026/10/25/20261025-021001100.csv", FOLDER + "2026/10/25/20261025-023001100.csv");
        assertThat(lines(store, files.get(0)).get(0)).contains("winter");
        assertThat(store.head(files.get(0)).orElseThrow().lastModified())
                .isAfter(store.head(files.get(1)).orElseThrow().lastModified());
    }

    @Test
    void transactionFilesHoldTheChangesOfAllTables() {
        ReplicationSpec spec = ScriptedShop.spec(settings ->
                settings.dataFormat(DataFormat.CSV).withoutDatePartition().cdc(cdc -> cdc.preserveTransactions("txn")));
        DmsScript script = DmsScript.of(spec)
                .load()
                .on("public.orders")
                .insert(1, "new", null, null, null)
                .on("public.items")
                .insert(1, 1, LocalDateTime.of(2026, 1, 1, 1, 1), null, null, null)
                .commit();

        InMemoryObjectStore store = written(script);

        assertThat(script.keys()).singleElement().asString().startsWith("raw/txn/CDC_TXN-20260301100003");
        assertThat(lines(store, script.keys().get(0)))
                .extracting(line -> line.substring(0, 16))
                .containsExactly("I,orders,public,", "I,items,public,2");
    }

    @Test
    void theSameSeedTellsTheSameHistory() {
        DmsScript one = script().load().seed(7).play(20, EnumSet.allOf(ScriptHappening.class));
        DmsScript same = script().load().seed(7).play(20, EnumSet.allOf(ScriptHappening.class));
        DmsScript other = script().load().seed(8).play(20, EnumSet.allOf(ScriptHappening.class));

        assertThat(one.keys()).isEqualTo(same.keys()).isNotEqualTo(other.keys());
        assertThat(one.expected(TABLE)).isEqualTo(same.expected(TABLE)).isNotEqualTo(other.expected(TABLE));
        InMemoryObjectStore first = written(one);
        InMemoryObjectStore second = written(same);
        assertThat(one.keys()).allSatisfy(key -> assertThat(lines(first, key)).isEqualTo(lines(second, key)));
    }

    @Test
    void whatCannotBeToldIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> script().row(3, "far too long a text", null))
                .withMessage(
                        "Cannot script a value of class java.lang.String in column 'status' of type wstring(9): it is no String that the type holds exactly. Give one.");
        assertThatIllegalArgumentException().isThrownBy(() -> script().row(1, "twice", null));
        assertThatIllegalArgumentException().isThrownBy(() -> script().row(3, null, null));
        assertThatIllegalArgumentException().isThrownBy(() -> script().load().delete(7));
        assertThatIllegalArgumentException().isThrownBy(() -> script().load().update(1, "id", 2));
        assertThatIllegalArgumentException().isThrownBy(() -> script().at(Instant.EPOCH));
        assertThatIllegalStateException().isThrownBy(() -> script().insert(3, "x", null));
        assertThatIllegalStateException().isThrownBy(() -> script().load(DmsScript::flush));
        assertThatIllegalStateException()
                .isThrownBy(() -> script().load().delete(1).expected(TABLE))
                .withMessageContaining("Call commit()");
        assertThatIllegalStateException()
                .isThrownBy(() ->
                        script().load().lateFile().delete(1).commit().flush().expected(TABLE))
                .withMessageContaining("Call arrive()");
        assertThatThrownBy(() -> DmsScript.of(spec(
                        SourceEngine.POSTGRESQL,
                        RowImages.KEY_ONLY,
                        settings -> settings.cdc(cdc -> cdc.insertsOnly()))))
                .isInstanceOf(StandInException.class)
                .hasMessageContaining("leaves out changes");
        assertThat(script().load().pause(Duration.ofHours(1)).clock().instant()).isAfter("2026-03-01T11:00:00Z");
    }
}
