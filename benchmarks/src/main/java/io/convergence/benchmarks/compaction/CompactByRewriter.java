package io.convergence.benchmarks.compaction;

import io.convergence.benchmarks.orders.BytesInputFile;
import io.convergence.benchmarks.orders.OrderFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.rewrite.ParquetRewriter;
import org.apache.parquet.hadoop.rewrite.RewriteOptions;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.LocalOutputFile;

/** parquet-java's own joining of files: it keeps each small row group as it is. */
final class CompactByRewriter {
    private CompactByRewriter() {}

    /**
     * Compacts once.
     *
     * @param arguments the set's folder, the output's
     */
    public static void main(String[] arguments) throws IOException {
        List<InputFile> files = new ArrayList<>();
        for (Path file : OrderFiles.open(Path.of(arguments[0])).paths()) {
            files.add(new BytesInputFile(ByteBuffer.wrap(Files.readAllBytes(file))));
        }
        var options = new RewriteOptions.Builder(
                        new PlainParquetConfiguration(),
                        files,
                        new LocalOutputFile(Path.of(arguments[1], "part-0.parquet")))
                .build();
        try (var rewriter = new ParquetRewriter(options)) {
            rewriter.processBlocks();
        }
    }
}
