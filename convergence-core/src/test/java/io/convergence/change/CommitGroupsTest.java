package io.convergence.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.TableId;
import io.convergence.raw.FileContext;
import io.convergence.raw.RawFile;
import io.convergence.raw.RawFormat;
import io.convergence.target.RowShape;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

class CommitGroupsTest {
    private static final Instant FLUSHED = Instant.parse("2024-06-12T10:31:25.108Z");
    private static final FileContext PLACE = new FileContext(Instant.parse("2024-06-12T10:00:00Z"), FLUSHED);
    private static final RowShape SHAPE =
            RowShape.plain().withTimestampColumn("ts").withSequenceColumn("seq");

    private final FileStore store = new FileStore();

    @Test
    void changesOfOneCommitStandTogetherAndTheLastGroupMayBeCutS7() {
        CommitGroups groups = CommitGroups.of(table("orders", at("27.36", 1), at("27.36", 5), at("28.00", 17)));

        List<CommitGroup> all = rest(groups);

        assertThat(all).extracting(CommitGroup::commitTime).containsExactly(time("27.36"), time("28.00"));
        assertThat(all)
                .extracting(group -> rows(group))
                .containsExactly(List.of("orders 0", "orders 1"), List.of("orders 2"));
        assertThat(all).extracting(CommitGroup::whole).containsExactly(true, false);
        assertThatThrownBy(groups::next).isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void commitsOfSeveralTablesComeInTheOrderOfTheSequenceS1() {
        Iterator<ChangeRecord> orders = table("orders", at("27.36", 1), at("27.36", 9), at("28.00", 30));
        Iterator<ChangeRecord> lines = table("lines", at("27.36", 5), at("27.90", 21));

        List<CommitGroup> all = rest(CommitGroups.across(List.of(orders, table("empty"), lines)));

        assertThat(all)
                .extracting(group -> rows(group))
                .containsExactly(List.of("orders 0", "lines 0", "orders 1"), List.of("lines 1"), List.of("orders 2"));
    }

    @Test
    void concurrentCommitsKeepTheOrderOfTheLogThoughTheirTimesStepBack() {
        List<CommitGroup> all = rest(CommitGroups.of(table("orders", at("27.365", 1), at("27.361", 5))));

        assertThat(all).extracting(CommitGroup::commitTime).containsExactly(time("27.365"), time("27.361"));
    }

    @Test
    void commitLargerThanTheLimitIsRefusedWithItsPlace() {
        CommitGroups groups = CommitGroups.of(table("orders", at("27.36", 1), at("27.36", 5)), 1);

        assertThatThrownBy(groups::next)
                .isInstanceOf(RawFileException.class)
                .hasMessage(
                        "Cannot read 'public/orders/20240612-103125108.parquet' row 1: commit 2024-06-12T10:30:27.360Z has more than 1 changes. Give a larger limit, or read the changes one by one.");
        assertThatThrownBy(() -> CommitGroups.of(table("orders"), 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void changeWithoutTimestampOrSequenceIsRefused() {
        byte[] file = ParquetFixture.of("required binary Op (UTF8); optional int64 id;")
                .write(row -> row.append("Op", "I").append("id", 1L));

        assertThatThrownBy(() ->
                        CommitGroups.of(open("orders", file, RowShape.plain())).next())
                .isInstanceOf(RawFileException.class)
                .hasMessageContaining(
                        "row 0: it has no commit timestamp, so its transaction cannot be told. Set TimestampColumnName");
        assertThatThrownBy(() -> CommitGroups.across(List.of(open("orders", file, RowShape.plain()))))
                .isInstanceOf(RawFileException.class)
                .hasMessageContaining("it has no change sequence");
    }

    @Test
    void rowOfAFullLoadIsNoTransaction() {
        byte[] file = ParquetFixture.of("required binary ts (UTF8); optional int64 id;")
                .write(row -> row.append("ts", "2024-06-12 10:30:27.362108").append("id", 1L));
        RawFile.Load load = new RawFile.Load(
                TableId.of("public", "orders"),
                store.add("public/orders/LOAD00000001.parquet", file, FLUSHED),
                RawFormat.PARQUET,
                "",
                1);
        Iterator<ChangeRecord> rows = ChangeReader.create(
                        store,
                        TableId.of("public", "orders"),
                        RowShape.plain().withTimestampColumn("ts"),
                        ChangeReadOptions.defaults())
                .open(load, new FileContext(FLUSHED, FileContext.NO_LOAD))
                .stream()
                .iterator();

        assertThatThrownBy(() -> CommitGroups.of(rows).next())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("LOAD00000001.parquet row 0 by its commit: it is a row of a full load");
    }

    private record Change(String time, String sequence) {}

    private static Change at(String seconds, int counter) {
        String hundredths = (seconds.replace(".", "") + "0").substring(0, 4);
        return new Change(
                "2024-06-12 10:30:" + (seconds + "000000").substring(0, 9),
                "202406121030" + hundredths + String.format("%019d", counter));
    }

    private static Instant time(String seconds) {
        return Instant.parse("2024-06-12T10:30:" + seconds + "Z");
    }

    private Iterator<ChangeRecord> table(String name, Change... changes) {
        List<ParquetFixture.Row> rows = new ArrayList<>();
        for (Change change : changes) {
            rows.add(row -> row.append("Op", "I")
                    .append("ts", change.time())
                    .append("id", 1L)
                    .append("seq", change.sequence()));
        }
        byte[] file = ParquetFixture.of(
                        "required binary Op (UTF8); required binary ts (UTF8); optional int64 id; optional binary seq (UTF8);")
                .write(rows);
        return open(name, file, SHAPE);
    }

    private Iterator<ChangeRecord> open(String name, byte[] file, RowShape shape) {
        TableId table = TableId.of("public", name);
        String key = "public/" + name + "/20240612-103125108.parquet";
        RawFile.Cdc cdc = new RawFile.Cdc(table, store.add(key, file, FLUSHED), RawFormat.PARQUET, FLUSHED);
        return ChangeReader.create(store, table, shape, ChangeReadOptions.defaults()).open(cdc, PLACE).stream()
                .iterator();
    }

    private static List<CommitGroup> rest(CommitGroups groups) {
        List<CommitGroup> all = new ArrayList<>();
        groups.forEachRemaining(all::add);
        return all;
    }

    private static List<String> rows(CommitGroup group) {
        return group.changes().stream()
                .map(change -> change.table().name() + " " + change.origin().row())
                .toList();
    }
}
