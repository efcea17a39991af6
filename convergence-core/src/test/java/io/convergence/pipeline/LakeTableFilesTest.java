package io.convergence.pipeline;

import static io.convergence.pipeline.LandingSite.LAYOUT;
import static io.convergence.pipeline.LandingSite.ORDERS;
import static io.convergence.pipeline.LandingSite.at;
import static io.convergence.pipeline.LandingSite.insert;
import static io.convergence.pipeline.LandingSite.loaded;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.change.ParquetFixture;
import io.convergence.compact.CompactionOptions;
import io.convergence.ledger.LedgerFile;
import io.convergence.ledger.Projection;
import io.convergence.ledger.SymlinkManifest;
import io.convergence.ledger.TableFiles;
import io.convergence.raw.RawFormat;
import io.convergence.store.ObjectStat;
import io.convergence.store.internal.ParquetInput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;
import org.junit.jupiter.api.Test;

/** L6: what an engine opens that reads a table's changes, as parquet-java reads it. */
class LakeTableFilesTest {
    private final LandingSite site = new LandingSite();

    /** Rows 1 to 4 are compacted, 5 and 6 in the raw tail, 7 in a raw file with a column more. */
    private LakeTable table() {
        site.load(0, 1, loaded(-2, 1, "one"));
        site.load(1, 2, loaded(-1, 2, "two"));
        site.changes(60, insert(10, 3, "three"));
        site.changes(120, insert(70, 4, "four"));
        site.later();
        LakeTable table = site.lake().table(ORDERS);
        table.merge(MergeOptions.defaults(), ProgressListener.none());
        table.compact(CompactionOptions.builder().settled().build(), ProgressListener.none());
        site.changes(5000, insert(4990, 5, "five"), insert(4991, 6, "six"));
        site.put(5060, widerKey(), wider());
        return table;
    }

    @Test
    void l6EachRowStandsInExactlyOneFileOrWaits() {
        TableFiles files = table().files();

        List<ObjectStat> compacted =
                files.compacted().stream().map(LedgerFile::stat).toList();
        assertThat(ids(compacted)).containsExactlyInAnyOrder(1L, 2L, 3L, 4L);
        assertThat(ids(files.tail())).containsExactly(5L, 6L);
        assertThat(ids(files.waiting())).containsExactly(7L);
        assertThat(files.waiting()).extracting(ObjectStat::key).containsExactly(widerKey());
        assertThat(files.publishedSchema().orElseThrow().columns())
                .extracting(column -> column.name())
                .containsExactly("id", "name");
        assertThat(files.complete()).isPresent();
    }

    @Test
    void l6TheManifestNamesEachRowThatDoesNotWaitOnceAndCountsTheFilesThatDo() {
        LakeTable table = table();
        SymlinkManifest manifest = table.symlinkManifest("athena");

        Projection.Shown shown = manifest.show(table::files);
        Projection.Shown again = manifest.show(table::files);

        List<ObjectStat> named = site.store
                .get(manifest.key())
                .orElseThrow()
                .text()
                .lines()
                .map(line -> line.substring(site.store.description().length() + 1))
                .map(key -> site.store.head(key).orElseThrow())
                .toList();
        assertThat(ids(named)).containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 5L, 6L);
        assertThat(shown.waiting()).isEqualTo(1);
        assertThat(shown.change()).isEqualTo(Projection.Change.WRITTEN);
        assertThat(again.change()).isEqualTo(Projection.Change.NONE);
    }

    private static String widerKey() {
        return LAYOUT.cdcKey(ORDERS, at(5060), RawFormat.PARQUET);
    }

    private static byte[] wider() {
        return ParquetFixture.of("optional binary Op (UTF8); required binary ts (UTF8); optional int64 id;"
                        + " optional binary name (UTF8); optional binary note (UTF8); optional binary seq (UTF8);"
                        + " optional int64 before_id;")
                .write(group -> group.append("Op", "I")
                        .append("ts", "2026-03-01 11:24:10.000000")
                        .append("id", 7L)
                        .append("name", "seven")
                        .append("note", "new")
                        .append("seq", LandingSite.sequence(insert(5050, 7, "seven"), 0)));
    }

    private List<Long> ids(List<ObjectStat> files) {
        List<Long> ids = new ArrayList<>();
        var options =
                ParquetReadOptions.builder(new PlainParquetConfiguration()).build();
        for (ObjectStat file : files) {
            try (var reader = ParquetFileReader.open(ParquetInput.of(site.store, file), options)) {
                MessageType schema = reader.getFileMetaData().getSchema();
                PageReadStore pages = reader.readNextRowGroup();
                while (pages != null) {
                    RecordReader<Group> rows = new ColumnIOFactory()
                            .getColumnIO(schema)
                            .getRecordReader(pages, new GroupRecordConverter(schema));
                    for (long i = 0; i < pages.getRowCount(); i++) {
                        ids.add(rows.read().getLong("id", 0));
                    }
                    pages = reader.readNextRowGroup();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return ids;
    }
}
