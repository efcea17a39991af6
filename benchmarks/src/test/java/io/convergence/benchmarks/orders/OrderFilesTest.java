package io.convergence.benchmarks.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrderFilesTest {
    @TempDir
    Path folder;

    private OrderFiles write(String name, String... options) throws IOException, InterruptedException {
        return OrderFiles.write(folder.resolve(name), OrderSet.parse(List.of(options)));
    }

    private static ParquetMetadata footer(Path file) throws IOException {
        var options =
                ParquetReadOptions.builder(new PlainParquetConfiguration()).build();
        try (var reader = ParquetFileReader.open(new LocalInputFile(file), options)) {
            return reader.getFooter();
        }
    }

    @Test
    void theSameOptionsGiveTheSameBytesAndAnotherSeedGivesOthers() throws IOException, InterruptedException {
        OrderFiles one = write("one", "mode=cpp", "files=2", "rows=300");
        OrderFiles again = write("again", "mode=cpp", "files=2", "rows=300");
        OrderFiles other = write("other", "mode=cpp", "files=2", "rows=300", "seed=7");

        Path second = one.paths().get(1);
        assertThat(again.paths().get(1)).hasSameBinaryContentAs(second);
        assertThat(Files.readAllBytes(other.paths().get(1))).isNotEqualTo(Files.readAllBytes(second));
    }

    @Test
    void plainFilesLookLikeTheRealOneOfDms() throws IOException, InterruptedException {
        ParquetMetadata footer = footer(
                write("plain", "mode=plain", "files=1", "rows=300").paths().get(0));

        assertThat(footer.getFileMetaData().getCreatedBy()).isEqualTo("AWS");
        assertThat(footer.getFileMetaData().getKeyValueMetaData()).isEmpty();
        assertThat(footer.getBlocks()).hasSize(1);
        assertThat(footer.getBlocks().get(0).getColumns()).hasSize(13).allSatisfy(column -> {
            assertThat(column.hasDictionaryPage()).isFalse();
            assertThat(column.getColumnIndexReference()).isNull();
            assertThat(column.getOffsetIndexReference()).isNull();
            boolean decimal =
                    column.getPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY;
            assertThat(column.getStatistics().isEmpty()).as("%s", column).isEqualTo(decimal);
        });
    }

    @Test
    void cppFilesKeepEveryDictionaryAndJavaFilesThoseThatPay() throws IOException, InterruptedException {
        List<ColumnChunkMetaData> cpp = footer(
                        write("cpp", "mode=cpp", "files=1", "rows=2000").paths().get(0))
                .getBlocks()
                .get(0)
                .getColumns();
        List<ColumnChunkMetaData> java = footer(write("java", "mode=java", "files=1", "rows=2000")
                        .paths()
                        .get(0))
                .getBlocks()
                .get(0)
                .getColumns();

        assertThat(cpp).allMatch(ColumnChunkMetaData::hasDictionaryPage);
        assertThat(java)
                .filteredOn(ColumnChunkMetaData::hasDictionaryPage)
                .extracting(column -> column.getPath().toDotString())
                .contains("Op", "o_orderstatus")
                .doesNotContain("o_comment", "o_totalprice");
    }

    @Test
    void rowGroupsAndColumnsFollowTheOptions() throws IOException, InterruptedException {
        ParquetMetadata footer = footer(
                write("mix", "files=1", "rows=2500", "group=1000", "pages=2", "codec=none", "columns=Op,o_comment*2")
                        .paths()
                        .get(0));

        assertThat(footer.getBlocks()).extracting(BlockMetaData::getRowCount).containsExactly(1000L, 1000L, 500L);
        assertThat(footer.getFileMetaData().getSchema().getFields())
                .extracting(Type::getName)
                .containsExactly("Op", "o_comment", "o_comment_2");
    }

    @Test
    void aFolderTellsWhatItsFilesAre() throws IOException, InterruptedException {
        OrderFiles written =
                write("told", "mode=java", "codec=zstd", "files=2", "rows=10", "seed=9", "columns=Op,dms_ts");

        assertThat(OrderFiles.open(folder.resolve("told"))).isEqualTo(written);
    }

    @Test
    void unknownOptionsAndColumnsAreRefused() {
        assertThatThrownBy(() -> OrderSet.parse(List.of("file=3")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Cannot take option 'file=3' of a set of files: write <name>=<value>");
        assertThatThrownBy(() -> OrderColumn.mix("Op,price"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Cannot mix column 'price': there are [Op, dms_ts, ");
    }
}
