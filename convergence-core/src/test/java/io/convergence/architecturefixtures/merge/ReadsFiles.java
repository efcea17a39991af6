package io.convergence.architecturefixtures.merge;

import java.nio.file.Files;
import java.nio.file.Path;

final class ReadsFiles {
    boolean read(Path path) {
        return Files.exists(path);
    }
}
