package io.convergence.compact;

import io.convergence.change.FileProfile;
import io.convergence.raw.RawFile;
import java.util.Optional;

/** What is known of raw files because they were read for something else; a plan reads none for it. */
@FunctionalInterface
public interface SourceFacts {
    /** Empty if the file was not read. */
    Optional<FileProfile> profile(RawFile file);

    static SourceFacts none() {
        return file -> Optional.empty();
    }
}
