package io.convergence.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergence.DataSize;
import io.convergence.Finding;
import io.convergence.Severity;
import io.convergence.TableId;
import io.convergence.schema.DataType;
import io.convergence.source.RowImages;
import io.convergence.source.SourceColumn;
import io.convergence.source.SourceEngine;
import io.convergence.source.SourceSchema;
import io.convergence.source.SourceTable;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Over random specs, some of them refused. Replay with {@code -Dconvergence.seed=}. */
class ReplicationSpecPropertiesTest {
    private static final int SPECS = 600;
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void everySpecIsRefusedWithAllItsErrorsOrComesBackFromItsJson() throws Exception {
        long seed = Long.getLong("convergence.seed", System.nanoTime());
        Random random = new Random(seed);
        int accepted = 0;
        for (int i = 0; i < SPECS; i++) {
            String run = "spec " + i + " of seed " + seed;
            ReplicationSpec.Builder builder = new Drawn(random).spec();
            List<Finding> errors = builder.validate().stream()
                    .filter(finding -> finding.severity() == Severity.ERROR)
                    .toList();
            if (!errors.isEmpty()) {
                assertThatThrownBy(builder::build)
                        .as(run)
                        .isInstanceOfSatisfying(
                                InvalidConfigurationException.class,
                                e -> assertThat(e.findings()).isEqualTo(errors));
                continue;
            }

            accepted++;
            ReplicationSpec spec = builder.build();
            ReplicationSpec back = ReplicationSpec.parse(spec.toJson());
            assertThat(back).as(run).isEqualTo(spec);
            assertThat(back.toJson()).as(run).isEqualTo(spec.toJson());
            assertThat(back.validate()).as(run).isEqualTo(builder.validate());
            assertThat(spec.toBuilder().build()).as(run).isEqualTo(spec);
            ObjectNode json = (ObjectNode) JSON.readTree(spec.toJson());
            assertMisspeltNamesAreRefused(run, json, random);
        }

        System.out.println("seed " + seed + ": " + accepted + " of " + SPECS + " specs accepted");
        assertThat(accepted).as("accepted specs of seed " + seed).isBetween(SPECS / 10, SPECS - 1);
    }

    private static void assertMisspeltNamesAreRefused(String run, ObjectNode json, Random random) {
        List<String> names = new ArrayList<>();
        json.fieldNames().forEachRemaining(names::add);
        String name = names.get(random.nextInt(names.size()));
        JsonNode value = json.remove(name);
        String misspelt = name.substring(0, name.length() - 1) + "_x";
        json.set(misspelt, value);

        assertThatThrownBy(() -> ReplicationSpec.parse(json.toString()))
                .as(run)
                .isInstanceOfSatisfying(
                        InvalidConfigurationException.class,
                        e -> assertThat(e.findings())
                                .contains(Finding.error(
                                        "UNKNOWN_NAME",
                                        "$." + misspelt,
                                        "'" + misspelt + "' is no part of a replication spec.",
                                        "Did you mean '" + name + "'?")));
    }

    /** Draws parts independently of each other, so that some contradict each other. */
    private record Drawn(Random random) {
        private static final List<String> NAMES = List.of("a", "b", "note", "before_note", "Op", "before_id", "ts");

        ReplicationSpec.Builder spec() {
            ReplicationSpec.Builder builder =
                    chance(3) ? ReplicationSpec.lakeReady("lake", of("dms", "raw/x")) : ReplicationSpec.builder();
            SourceEngine engine = of(SourceEngine.values());
            List<SourceTable> tables = tables();
            if (chance(4)) {
                builder.sourceEngine(engine);
            } else {
                builder.sourceSchema(new SourceSchema(engine, tables));
            }
            builder.tableMappings(m -> m.include(of("%", "s"), of("%", "t%")));
            if (chance(2)) {
                builder.tableMappings(m -> m.addChangeSequence("seq"));
            }
            if (chance(2)) {
                builder.tableMappings(m -> m.addBeforeImageColumns(of("before_", "old_")));
            }
            if (chance(3)) {
                builder.tableMappings(m -> m.renameColumn("%", "%", of("a", "note"), of("b", "renamed")));
            }
            builder.settings(this::settings);
            for (SourceTable table : tables) {
                if (chance(3)) {
                    builder.nullOnUpdate(table.id(), table.columns().get(0).name(), of(NullOnUpdate.values()));
                }
            }
            if (chance(2)) {
                builder.taskSettings(task());
            }
            if (chance(3)) {
                builder.lobMaxSize(DataSize.ofKilobytes(of(1, 32, 64)));
            }
            if (chance(2)) {
                builder.migrationType(of(MigrationType.values()));
            }
            if (chance(4)) {
                builder.versionedBucket();
            }
            return builder.consumer(of(RawConsumer.values()))
                    .controlPrefix(of("control", "/meta/a/", "dms/c"))
                    .outputPrefix(of("out", "meta/b"));
        }

        private void settings(S3TargetSettings.Builder settings) {
            settings.bucketName("lake").bucketFolder(of("dms", "raw/x", ""));
            settings.dataFormat(of(DataFormat.values())).compressionType(of(CompressionType.values()));
            if (chance(2)) {
                settings.timestampColumnName(of("ts", "at"));
            }
            if (chance(2)) {
                settings.datePartition(date -> date.sequence(of(DatePartitionSequence.values()))
                        .delimiter(of(DatePartitionDelimiter.values()))
                        .timezone(ZoneId.of(of("UTC", "Europe/Berlin"))));
            }
            if (chance(2)) {
                settings.cdc(cdc -> cdc.maxBatchInterval(Duration.ofSeconds(of(1, 60, 600)))
                        .minFileSize(DataSize.ofMegabytes(of(1, 64))));
            }
            if (chance(4)) {
                settings.useTaskStartTimeForFullLoadTimestamp();
            }
            if (chance(3)) {
                settings.parquet(parquet -> parquet.timestampInMillisecond());
            }
            if (chance(4)) {
                settings.includeOpForFullLoad();
            }
        }

        private TaskSettings task() {
            TaskSettings.Builder task = chance(2) ? TaskSettings.forS3() : TaskSettings.builder();
            if (chance(2)) {
                task.set(FullLoadSettings.COMMIT_RATE, of(10_000, 50_000));
            }
            if (chance(2)) {
                task.limitedLobs(DataSize.ofKilobytes(of(16, 64)));
            }
            return task.set(ChangeProcessingDdlHandlingPolicy.HANDLE_SOURCE_TABLE_TRUNCATED, chance(2))
                    .build();
        }

        private List<SourceTable> tables() {
            List<SourceTable> tables = new ArrayList<>();
            for (int i = 0; i <= random.nextInt(3); i++) {
                List<SourceColumn> columns = new ArrayList<>();
                columns.add(SourceColumn.required("id", DataType.of(of(DataType.Kind.INT8, DataType.Kind.NCLOB))));
                for (String name : NAMES) {
                    if (random.nextInt(8) == 0) {
                        columns.add(SourceColumn.nullable(
                                name, of(DataType.wstring(10), DataType.of(DataType.Kind.CLOB), DataType.datetime(6))));
                    }
                }
                tables.add(SourceTable.of(
                        TableId.of("s", (chance(12) ? of("t/x", "awsdms_t") : of("t", "u")) + i),
                        columns,
                        chance(6) ? List.of() : List.of("id"),
                        of(RowImages.FULL, RowImages.KEY_ONLY)));
            }
            return tables;
        }

        private boolean chance(int oneOf) {
            return random.nextInt(oneOf) == 0;
        }

        @SafeVarargs
        @SuppressWarnings("varargs")
        private <T> T of(T... values) {
            return Arrays.asList(values).get(random.nextInt(values.length));
        }
    }
}
