package io.convergence.judges.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Core as a Glue job takes it: behind the jars of Spark, with its own Parquet, Avro and Jackson moved out of their way. */
class RelocatedCoreTest {
    private static final Path JAR = Path.of(System.getProperty("convergence.relocated"));

    @Test
    void jarHoldsClassesOnlyUnderOurName() throws IOException {
        List<String> classes;
        try (ZipFile jar = new ZipFile(JAR.toFile())) {
            classes = jar.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> name.endsWith(".class"))
                    .map(name -> name.replaceFirst("^META-INF/versions/\\d+/", ""))
                    .toList();
        }

        assertThat(classes).allMatch(name -> name.startsWith("io/convergence/"));
        assertThat(classes)
                .contains(
                        "io/convergence/DataSize.class",
                        "io/convergence/relocated/org/apache/parquet/hadoop/ParquetFileReader.class",
                        "io/convergence/relocated/org/apache/avro/Schema.class",
                        "io/convergence/relocated/com/fasterxml/jackson/databind/ObjectMapper.class");
    }

    @Test
    void noClassServiceOrStringNamesAMovedPackageByItsOldName() throws IOException {
        RelocatedJar.Scan scan = RelocatedJar.scan(JAR);

        assertThat(scan.classes()).isGreaterThan(2_000);
        assertThat(scan.references()).isEmpty();
    }

    @Test
    void behindSparksJarsItReadsAndCompactsAsItDoesByItself() throws Exception {
        GlueProcess process = GlueProcess.run(JAR, Path.of(System.getProperty("convergence.cases")));

        assertThat(process.exitCode()).as(process.errors()).isZero();
        assertThat(process.lines())
                .isNotEmpty()
                .containsExactlyElementsOf(
                        Files.readAllLines(Path.of(System.getProperty("convergence.cases") + "-read-by-core.txt")));
        assertThat(process.lines())
                .filteredOn(line -> line.contains(" compacted: "))
                .hasSize(2)
                .allMatch(line -> line.endsWith(", the same"));
        System.out.println("judges/spark: core relocated, behind " + process.sparkJars()
                + " jars of Spark, agrees with core as it is:");
        process.lines().forEach(line -> System.out.println("judges/spark:   " + line));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "org/apache/parquet/hadoop/ParquetReader",
                "(ILorg/apache/avro/Schema;)V",
                "org.apache.avro.Schema",
                "[Lcom.fasterxml.jackson.core.JsonFactory;",
                "/org/apache/avro/data/Json.avsc",
                "shaded/parquet/it/unimi/dsi/fastutil/ints/IntList"
            })
    void theScanSeesAnOldName(String text) {
        assertThat(RelocatedJar.namesMovedPackage(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "io/convergence/relocated/org/apache/parquet/hadoop/ParquetReader",
                "(ILio/convergence/relocated/org/apache/avro/Schema;)V",
                "io.convergence.relocated.shaded.parquet.com.fasterxml.jackson.core.JsonFactory",
                "org/apache/hadoop/conf/Configuration",
                "parquet.avro.schema"
            })
    void theScanLeavesMovedAndOtherNamesAlone(String text) {
        assertThat(RelocatedJar.namesMovedPackage(text)).isFalse();
    }
}
