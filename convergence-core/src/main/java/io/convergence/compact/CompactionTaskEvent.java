package io.convergence.compact;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A task of a compaction, for JDK Flight Recorder. Holds no content of rows. */
@Name("io.convergence.CompactionTask")
@Label("Compaction Task")
@Category("Convergence")
@StackTrace(false)
final class CompactionTaskEvent extends Event {
    @Label("Table")
    String table;

    @Label("Task")
    int task;

    @Label("Source Files")
    long files;

    @Label("Rows Written")
    long rows;

    @Label("Bytes Read")
    @DataAmount
    long bytes;

    @Label("State")
    String state = "FAILED";

    CompactionTaskEvent(CompactionTask of) {
        this.table = of.table().toString();
        this.task = of.number();
        this.files = of.sources().size();
    }

    void done(TaskResult result) {
        rows = result.outputs().stream()
                .mapToLong(output -> output.file().rows())
                .sum();
        bytes = result.bytes();
        state = "DONE";
    }
}
