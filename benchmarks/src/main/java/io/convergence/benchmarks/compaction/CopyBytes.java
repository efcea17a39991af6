package io.convergence.benchmarks.compaction;

import io.convergence.benchmarks.orders.OrderFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Puts the bytes of all files one after the other: the least that any compaction does. What comes out is no Parquet. */
final class CopyBytes {
    private CopyBytes() {}

    /**
     * Compacts once.
     *
     * @param arguments the set's folder, the output's
     */
    public static void main(String[] arguments) throws IOException {
        try (FileChannel out = FileChannel.open(
                Path.of(arguments[1], "all.bytes"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (Path file : OrderFiles.open(Path.of(arguments[0])).paths()) {
                try (FileChannel in = FileChannel.open(file)) {
                    long size = in.size();
                    for (long done = 0; done < size; ) {
                        done += in.transferTo(done, size - done, out);
                    }
                }
            }
        }
    }
}
