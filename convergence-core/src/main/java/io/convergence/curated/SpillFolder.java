package io.convergence.curated;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A folder of its own for what memory does not hold, made when it is needed and deleted with all in it. Not thread-safe. */
final class SpillFolder implements AutoCloseable {
    private final @Nullable Path parent;
    private @Nullable Path folder;
    private int files;

    /** @param parent null for the system's folder for temporary files */
    SpillFolder(@Nullable Path parent) {
        this.parent = parent;
    }

    Path newFile() {
        try {
            Path open = folder;
            if (open == null) {
                if (parent != null) {
                    Files.createDirectories(parent);
                }
                open = parent == null
                        ? Files.createTempDirectory("convergence-merge-")
                        : Files.createTempDirectory(parent, "convergence-merge-");
                folder = open;
            }
            return open.resolve("run-" + files++);
        } catch (IOException e) {
            throw CuratedTableException.spill(
                    "make a folder for what memory does not hold in '"
                            + (parent == null ? System.getProperty("java.io.tmpdir") : parent) + "'",
                    e);
        }
    }

    void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw CuratedTableException.spill("delete the temporary file '" + file + "'", e);
        }
    }

    @Override
    public void close() {
        Path made = folder;
        folder = null;
        if (made == null) {
            return;
        }
        try (Stream<Path> left = Files.list(made)) {
            left.forEach(this::delete);
            Files.deleteIfExists(made);
        } catch (IOException e) {
            throw CuratedTableException.spill("delete the temporary folder '" + made + "'", e);
        }
    }
}
