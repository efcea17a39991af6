package io.convergence.compact;

import io.convergence.raw.DatePartition;
import io.convergence.raw.RawFile;
import org.jspecify.annotations.Nullable;

/** The date folders of files that come in order: a folder is looked at once, not once for each of its files. */
final class Partitions {
    private String folder = "";
    private @Nullable DatePartition last;

    /** Null if it lies in none. */
    @Nullable
    DatePartition of(RawFile file) {
        if (!(file instanceof RawFile.Cdc changes)) {
            return null;
        }

        String key = file.key();
        int end = key.lastIndexOf('/') + 1;
        if (end != folder.length() || !key.startsWith(folder)) {
            folder = key.substring(0, end);
            last = DatePartition.of(changes).orElse(null);
        }

        return last;
    }
}
