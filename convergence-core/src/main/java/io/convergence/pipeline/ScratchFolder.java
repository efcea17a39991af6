package io.convergence.pipeline;

import io.convergence.store.LocalObjectStore;
import io.convergence.store.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/** A store in a temporary folder, deleted when it is closed. Not thread-safe. */
final class ScratchFolder implements AutoCloseable {
    private static final String PREFIX = "convergence-preview";

    private final Path folder;

    private ScratchFolder(Path folder) {
        this.folder = folder;
    }

    /** @param parent where temporary files go; empty for the system's place */
    static ScratchFolder create(Optional<Path> parent) {
        try {
            return new ScratchFolder(
                    parent.isPresent()
                            ? Files.createTempDirectory(parent.get(), PREFIX)
                            : Files.createTempDirectory(PREFIX));
        } catch (IOException e) {
            throw new PipelineException(
                    "Cannot make a temporary folder for the preview of a reload: " + e.getMessage()
                            + ". Name one (SnapshotSettings.withSpillFolder).",
                    e);
        }
    }

    ObjectStore store() {
        return LocalObjectStore.open(folder);
    }

    @Override
    public void close() {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new PipelineException(
                    "Cannot delete the temporary folder '" + folder + "' of a preview: " + e.getMessage()
                            + ". Delete it by hand.",
                    e);
        }
    }
}
