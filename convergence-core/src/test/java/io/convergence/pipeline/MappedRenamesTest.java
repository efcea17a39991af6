package io.convergence.pipeline;

import static io.convergence.pipeline.LandingSite.ORDERS;
import static io.convergence.pipeline.LandingSite.at;
import static io.convergence.pipeline.LandingSite.codes;
import static io.convergence.pipeline.LandingSite.insert;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.change.ParquetFixture;
import io.convergence.mapping.TableMappings;
import io.convergence.raw.RawFormat;
import io.convergence.raw.RawLayout;
import io.convergence.schema.DataType;
import io.convergence.source.RowImages;
import io.convergence.source.SourceColumn;
import io.convergence.source.SourceEngine;
import io.convergence.source.SourceSchema;
import io.convergence.source.SourceTable;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.WriteCondition;
import io.convergence.target.ReplicationSpec;
import io.convergence.target.RowShape;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * S14, S15: a column that vanishes as another appears is renamed if the spec's mapping says that the one is written as the
 * other. The source's column is {@code name}; a transformation that is added to the running task renames it.
 */
class MappedRenamesTest {
    private static final DateTimeFormatter TEXT = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final SourceTable SOURCE = SourceTable.of(
            ORDERS,
            List.of(
                    SourceColumn.required("id", DataType.parse("int8")),
                    SourceColumn.nullable("name", DataType.parse("string(20)")),
                    SourceColumn.nullable("city", DataType.parse("string(20)"))),
            List.of("id"),
            RowImages.FULL);

    private Instant now = at(0);
    private final InMemoryObjectStore store = new InMemoryObjectStore(() -> now);
    private ReplicationSpec spec = mapping(rules -> {});
    private UnaryOperator<Convergence.Builder> settings = builder -> builder;

    private static ReplicationSpec mapping(Consumer<TableMappings.Builder> more) {
        return ReplicationSpec.lakeReady("my-bucket", "raw")
                .sourceSchema(SourceSchema.of(SourceEngine.POSTGRESQL, SOURCE))
                .tableMappings(rules -> {
                    rules.include("public", "orders");
                    more.accept(rules);
                })
                .build();
    }

    private static ReplicationSpec renaming(String column, String to) {
        return mapping(rules -> rules.renameColumn("public", "orders", column, to));
    }

    /** A row of a file: its commit, its key before, its key and its texts. */
    private record Row(String op, double second, long before, long id, List<@Nullable String> texts) {
        static Row of(String op, double second, long id, @Nullable String... texts) {
            return new Row(op, second, id, id, Arrays.asList(texts));
        }
    }

    private byte[] file(boolean change, String key, List<String> columns, Row... rows) {
        RowShape shape = spec.rowShape(SOURCE);
        String time = shape.timestamp().orElseThrow();
        String sequence = shape.sequence().orElseThrow();
        String before = shape.beforeImagePrefix() + key + shape.beforeImageSuffix();
        String fields = columns.stream()
                .map(name -> " optional binary " + name + " (UTF8);")
                .collect(Collectors.joining());
        return ParquetFixture.of("optional binary Op (UTF8); required binary " + time + " (UTF8); optional int64 " + key
                        + ";" + fields + " optional binary " + sequence + " (UTF8); optional int64 " + before + ";")
                .write(Stream.of(rows)
                        .map(row -> (ParquetFixture.Row) group -> {
                            group.append("Op", row.op())
                                    .append(time, TEXT.format(at(row.second())))
                                    .append(key, row.id());
                            for (int i = 0; i < columns.size(); i++) {
                                if (row.texts().get(i) != null) {
                                    group.append(columns.get(i), row.texts().get(i));
                                }
                            }
                            if (change) {
                                group.append(sequence, LandingSite.sequence(insert(row.second(), row.id(), ""), 0));
                                group.append(before, row.before());
                            }
                        })
                        .toList());
    }

    private void put(double second, String key, byte[] content) {
        now = at(second);
        store.put(key, content, WriteCondition.none());
    }

    private void load(String key, List<String> columns, Row... rows) {
        put(0, RawLayout.of(spec).loadKey(ORDERS, 1, RawFormat.PARQUET), file(false, key, columns, rows));
    }

    private void changes(double second, String key, List<String> columns, Row... rows) {
        put(second, RawLayout.of(spec).cdcKey(ORDERS, at(second), RawFormat.PARQUET), file(true, key, columns, rows));
    }

    private LakeTable table() {
        return settings.apply(Convergence.builder().spec(spec).store(store).random(new Random(7)))
                .build()
                .table(ORDERS);
    }

    private TableResult merge() {
        return merge(MergeOptions.defaults());
    }

    private TableResult merge(MergeOptions options) {
        now = now.plusSeconds(3600);
        return table().merge(options, ProgressListener.none());
    }

    /** The published rows as text, columns in order. */
    private List<String> rows() {
        var published = table().published();
        try (var rows = published.rows()) {
            return Stream.concat(Stream.of(published.schema().columnNames()), rows)
                    .map(row -> row.stream().map(String::valueOf).collect(Collectors.joining(" ")))
                    .toList();
        }
    }

    private void published() {
        load("id", List.of("name", "city"), Row.of("I", -1, 1, "a", "x"), Row.of("I", -1, 2, "b", "y"));
        assertThat(merge().state()).isEqualTo(TableState.PUBLISHED);
    }

    @Test
    void s15AColumnThatTheMappingRenamesIsThatColumn() {
        published();
        spec = renaming("name", "title");
        changes(5000, "id", List.of("title", "city"), Row.of("U", 4990, 2, "bb", "y"), Row.of("I", 4991, 3, "c", "z"));

        TableResult result = merge();

        assertThat(result.findings()).isEmpty();
        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(rows()).containsExactly("id title city", "1 a x", "2 bb y", "3 c z");
        assertThat(merge().state()).isEqualTo(TableState.UNCHANGED);
    }

    /** In one go, and when a file of before the rule comes late. */
    @Test
    void s15FilesOfBeforeTheRuleAreReadByTheirOldName() {
        settings = builder -> builder.listing(ListingMode.FULL);
        load("id", List.of("name", "city"), Row.of("I", -1, 1, "a", "x"));
        changes(60, "id", List.of("name", "city"), Row.of("U", 10, 1, "b", "x"));
        spec = renaming("name", "title");
        changes(5000, "id", List.of("title", "city"), Row.of("I", 4991, 3, "c", "z"));

        TableResult whole = merge();
        changes(30_000, "id", List.of("title", "city"), Row.of("U", 29_990, 3, "cc", "z"));
        merge();
        put(
                40_000,
                RawLayout.of(spec).cdcKey(ORDERS, at(100), RawFormat.PARQUET),
                file(true, "id", List.of("name", "city"), Row.of("U", 90, 1, "late", "x")));
        TableResult late = merge();

        assertThat(whole.findings()).isEmpty();
        assertThat(late.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(codes(late)).doesNotContain("RENAME_SUSPECTED", "COLUMN_GONE");
        assertThat(rows()).containsExactly("id title city", "1 late x", "3 cc z");
    }

    @Test
    void s14AnotherColumnThanTheMappingSaysIsSuspected() {
        published();
        spec = renaming("name", "title");
        changes(5000, "id", List.of("label", "city"), Row.of("I", 4991, 3, "c", "z"));

        TableResult result = merge();

        assertThat(result.state()).isEqualTo(TableState.SUSPECT);
        assertThat(codes(result)).contains("RENAME_SUSPECTED");
    }

    /** The mapping renames city; that name became title is told by nobody. */
    @Test
    void s14ARenameOfAnotherColumnInTheMappingExplainsNothing() {
        published();
        spec = renaming("city", "place");
        changes(5000, "id", List.of("title", "city"), Row.of("I", 4991, 3, "c", "z"));

        TableResult result = merge();

        assertThat(result.state()).isEqualTo(TableState.SUSPECT);
        assertThat(codes(result)).contains("RENAME_SUSPECTED");
    }

    /** City is written as name, which older files have too, of another column. */
    @Test
    void s14ANameThatTwoColumnsHadIsNotTakenForARename() {
        published();
        spec = mapping(rules -> rules.renameColumn("public", "orders", "name", "title")
                .renameColumn("public", "orders", "city", "name"));
        changes(5000, "id", List.of("title", "name"), Row.of("I", 4991, 3, "c", "z"));

        TableResult result = merge();

        assertThat(spec.mappedTables(SourceSchema.of(SourceEngine.POSTGRESQL, SOURCE))
                        .get(0)
                        .renames())
                .isEmpty();
        assertThat(codes(result)).contains("RENAME_SUSPECTED");
    }

    @Test
    void s15WhatIsDeclaredWinsOverTheMapping() {
        published();
        spec = renaming("name", "title");
        settings = builder -> builder.declare(Declarations.of(ORDERS).columnDefault("title", "none"));
        changes(5000, "id", List.of("title", "city"), Row.of("I", 4991, 3, "c", "z"));

        TableResult result = merge();

        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(rows()).containsExactly("id title city name", "1 none x a", "2 none y b", "3 c z null");
    }

    /** S10: with its before-images, which files of before the rule have under the source's name. */
    @Test
    void s15AKeyColumnThatTheMappingRenamesKeepsItsRows() {
        load("id", List.of("name", "city"), Row.of("I", -1, 1, "a", "x"), Row.of("I", -1, 2, "b", "y"));
        changes(60, "id", List.of("name", "city"), new Row("U", 10, 1, 10, Arrays.asList("a", "x")));
        spec = renaming("id", "order_id");
        changes(
                5000,
                "order_id",
                List.of("name", "city"),
                new Row("U", 4990, 2, 20, Arrays.asList("b", "y")),
                Row.of("I", 4991, 3, "c", "z"));

        TableResult result = merge();

        assertThat(result.findings()).isEmpty();
        assertThat(rows()).containsExactly("order_id name city", "3 c z", "10 a x", "20 b y");
    }

    /** A rule of the task is no statement at the source. */
    @Test
    void s14ARenameByTheMappingExplainsNoDdl() {
        load("id", List.of("name", "city"), Row.of("I", -1, 1, "a", "x"));
        merge(MergeOptions.defaults().ddls(2));
        spec = renaming("name", "title");
        changes(5000, "id", List.of("title", "city"), Row.of("I", 4991, 3, "c", "z"));

        TableResult suspect = merge(MergeOptions.defaults().ddls(3));

        assertThat(codes(suspect)).containsExactly("DDL_UNEXPLAINED");
    }
}
