package io.convergence.change;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Applies a policy to faults and keeps what was left out. Not thread-safe. */
final class BadInputLog {
    private final BadInputPolicy policy;
    private final Consumer<BadInput> listener;
    private final List<BadInput> first = new ArrayList<>();
    private long rows;
    private int files;

    BadInputLog(ChangeReadOptions options) {
        this.policy = options.badInput();
        this.listener = options.badInputListener();
    }

    /** Whether rows are to be left out one by one. */
    boolean quarantines() {
        return policy == BadInputPolicy.QUARANTINE_ROWS;
    }

    /** Leaves out a row. @throws RawFileException if the policy does not */
    void row(RawFileException fault, long row) {
        if (!quarantines()) {
            throw fault;
        }

        rows++;
        add(BadInput.row(fault, row));
    }

    /** Leaves out a file from a row on. @throws RawFileException if the policy does not */
    void restOfFile(RawFileException fault, long from) {
        if (policy == BadInputPolicy.FAIL) {
            throw fault;
        }

        files++;
        add(BadInput.restOfFile(fault, from));
    }

    private void add(BadInput input) {
        if (first.size() < BadInputReport.LISTED) {
            first.add(input);
        }
        listener.accept(input);
    }

    long rows() {
        return rows;
    }

    BadInputReport report() {
        return rows == 0 && files == 0 ? BadInputReport.NONE : new BadInputReport(rows, files, first);
    }
}
