package io.convergence.raw;

import static java.util.Objects.requireNonNull;

import io.convergence.Finding;
import io.convergence.store.ObjectStat;
import java.util.List;

/** What a {@link RawLayout} makes of one object. Closed. */
public sealed interface Parsed {
    /**
     * A file of data.
     *
     * @param findings doubts about its time (rule S4); empty for most files
     */
    record Data(RawFile file, List<Finding> findings) implements Parsed {
        public Data {
            requireNonNull(file, "file");
            findings = List.copyOf(findings);
        }
    }

    /** DMS's own bookkeeping ({@code awsdms_} tables, validation artefacts) or a folder marker: not data. */
    record Control(ObjectStat stat, String reason) implements Parsed {
        public Control {
            requireNonNull(stat, "stat");
            requireNonNull(reason, "reason");
        }
    }

    /** An object the layout does not explain; it is not read. */
    record Foreign(ObjectStat stat, String reason) implements Parsed {
        public Foreign {
            requireNonNull(stat, "stat");
            requireNonNull(reason, "reason");
        }
    }
}
