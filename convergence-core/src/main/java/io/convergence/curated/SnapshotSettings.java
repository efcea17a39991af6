package io.convergence.curated;

import static java.util.Objects.requireNonNull;

import io.convergence.DataSize;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a snapshot is merged and written. Immutable.
 *
 * @param memory for the changes of one merge; those beyond it go to temporary files
 * @param targetSize of data files: buckets are split, and files ended, at twice of it
 * @param folder for temporary files; null for the system's
 * @param workers help the merging thread
 */
public record SnapshotSettings(
        DataSize memory, DataSize targetSize, @Nullable Path folder, MergeWorkers workers) {
    /** 256 MB. */
    public static final DataSize DEFAULT_MEMORY = DataSize.ofMegabytes(256);

    public SnapshotSettings {
        requireNonNull(memory, "memory");
        requireNonNull(targetSize, "targetSize");
        requireNonNull(workers, "workers");
        if (memory.bytes() == 0 || targetSize.bytes() == 0) {
            throw new IllegalArgumentException(
                    "Cannot merge in " + memory + " into files of " + targetSize + ": give both a size.");
        }
    }

    /** Without helpers. */
    public SnapshotSettings(DataSize memory, DataSize targetSize, @Nullable Path folder) {
        this(memory, targetSize, folder, MergeWorkers.none());
    }

    /** {@link #DEFAULT_MEMORY}, files of 256 MB to 512 MB where the data allow, the system's folder for temporary files. */
    public static SnapshotSettings defaults() {
        return new SnapshotSettings(DEFAULT_MEMORY, ParquetSnapshotWriter.DEFAULT_TARGET_SIZE, null);
    }

    public SnapshotSettings withMemory(DataSize size) {
        return new SnapshotSettings(size, targetSize, folder, workers);
    }

    public SnapshotSettings withTargetSize(DataSize size) {
        return new SnapshotSettings(memory, size, folder, workers);
    }

    public SnapshotSettings withSpillFolder(Path path) {
        return new SnapshotSettings(memory, targetSize, requireNonNull(path, "path"), workers);
    }

    /** Helps the merging thread. */
    public SnapshotSettings withWorkers(MergeWorkers help) {
        return new SnapshotSettings(memory, targetSize, folder, help);
    }

    public Optional<Path> spillFolder() {
        return Optional.ofNullable(folder);
    }
}
