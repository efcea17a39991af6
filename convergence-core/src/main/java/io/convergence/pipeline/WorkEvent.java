package io.convergence.pipeline;

import java.util.Locale;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A step of the work on one table, for JDK Flight Recorder. Holds no content of rows. */
@Category("Convergence")
@StackTrace(false)
abstract class WorkEvent extends Event {
    /** Steps in the order in which a merge takes them. */
    enum Step {
        SURVEY,
        READ,
        MERGE,
        WRITE,
        COMMIT,
        COMPACT,
        RUN;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        WorkEvent event() {
            return switch (this) {
                case SURVEY -> new Survey();
                case READ -> new Read();
                case MERGE -> new Merge();
                case WRITE -> new Write();
                case COMMIT -> new Commit();
                case COMPACT -> new Compaction();
                case RUN -> new Run();
            };
        }
    }

    @Label("Table")
    String table = "";

    @Label("Files")
    long files;

    @Label("Rows")
    long rows;

    @Label("Bytes")
    @DataAmount
    long bytes;

    @Label("State")
    @Description("The state of the table after a run; of a step DONE or FAILED")
    String state = "";

    /** Listing of raw files, and a look into new ones. */
    @Name("io.convergence.Survey")
    @Label("Survey")
    static final class Survey extends WorkEvent {}

    /** Reading of changes. */
    @Name("io.convergence.Read")
    @Label("Read Changes")
    static final class Read extends WorkEvent {}

    /** The pure merge. */
    @Name("io.convergence.Merge")
    @Label("Merge Changes")
    static final class Merge extends WorkEvent {}

    /** Writing of the published table. */
    @Name("io.convergence.Write")
    @Label("Write Table")
    static final class Write extends WorkEvent {}

    /** A commit to the table's log. */
    @Name("io.convergence.Commit")
    @Label("Commit")
    static final class Commit extends WorkEvent {}

    /** All tasks of a compaction, and its commit. */
    @Name("io.convergence.Compaction")
    @Label("Compaction")
    static final class Compaction extends WorkEvent {}

    /** A merge of one table as a whole. */
    @Name("io.convergence.Run")
    @Label("Run")
    static final class Run extends WorkEvent {}
}
