package io.convergence.pipeline;

import io.convergence.ConvergenceException;
import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.change.ChangeReadOptions;
import io.convergence.change.ChangeReader;
import io.convergence.change.ReadCounts;
import io.convergence.compact.CompactionListener;
import io.convergence.compact.CompactionOptions;
import io.convergence.compact.CompactionPlan;
import io.convergence.compact.CompactionResult;
import io.convergence.compact.CompactionSource;
import io.convergence.compact.Compactor;
import io.convergence.compact.TaskExecution;
import io.convergence.ledger.CommitConflictException;
import io.convergence.ledger.CommitStateUnknownException;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.reconcile.RowSource;
import io.convergence.target.RowShape;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One table of the pipeline. Immutable but for a cache of what was read of raw files; thread-safe. */
public final class LakeTable {
    private static final Logger LOG = LoggerFactory.getLogger(LakeTable.class);

    private final TableSetup setup;
    private final Ledger ledger;
    private final ChangeReader rawReader;
    private final ChangeReader lakeReader;
    private final Survey survey;

    LakeTable(TableSetup setup) {
        this.setup = setup;
        this.ledger = Ledger.open(
                setup.lakeStore(), setup.controlPrefix(), setup.table(), setup.random(), Ledger.Backoff.exponential());
        ChangeReadOptions options = ChangeReadOptions.defaults().withLayout(setup.layout());
        this.rawReader = ChangeReader.create(setup.rawStore(), setup.table(), setup.shape(), options);
        this.lakeReader = ChangeReader.create(setup.lakeStore(), setup.table(), setup.shape(), options);
        this.survey = new Survey(setup, rawReader);
    }

    public TableId id() {
        return setup.table();
    }

    /** How its rows are read. */
    public RowShape shape() {
        return setup.shape();
    }

    public Ledger ledger() {
        return ledger;
    }

    /** Lists the raw files and puts them in order; reads those that were not read before. */
    public Landing survey(ProgressListener listener) {
        return survey.take(ledger.snapshot(), listener);
    }

    /** What a compaction would do now; nothing is written. */
    public CompactionPlan planCompaction(CompactionOptions options) {
        return planCompaction(options, ProgressListener.none());
    }

    /** What a compaction would do now, telling how far the look into new files is; nothing is written. */
    public CompactionPlan planCompaction(CompactionOptions options, ProgressListener listener) {
        Landing landing = survey(listener);
        return compactor(options).plan(landing.timeline(), landing.snapshot(), survey.facts());
    }

    /**
     * Compacts.
     *
     * @throws CommitConflictException if another writer committed since the plan was made; plan again
     * @throws ConvergenceException if a source has changed or cannot be read, or the store does not honour conditional
     *     writes; nothing was committed
     */
    public CompactionResult compact(CompactionOptions options, ProgressListener listener) {
        return compact(planCompaction(options, listener), listener, TaskExecution.defaults());
    }

    /**
     * Executes a plan of this table.
     *
     * @throws CommitConflictException if another writer committed since the plan was made; plan again
     * @throws ConvergenceException if a source has changed or cannot be read, or the store does not honour conditional
     *     writes; nothing was committed
     */
    public CompactionResult compact(CompactionPlan plan, ProgressListener listener, TaskExecution execution) {
        long total = plan.rows();
        CompactionListener progress = new CompactionListener() {
            private long done;

            @Override
            public void copied(CompactionSource source) {
                done += source.rows();
                listener.progress(id(), ProgressListener.Step.COMPACT, done, total);
            }
        };
        return compactor(plan.options()).execute(plan, progress, execution);
    }

    private Compactor compactor(CompactionOptions options) {
        return Compactor.create(
                        setup.rawStore(),
                        setup.lakeStore(),
                        ledger,
                        setup.outputPrefix() + "compacted/",
                        options,
                        setup.random())
                .withShape(setup.shape())
                .withReadAhead(setup.readAhead().executor(), setup.readAhead().files());
    }

    /** What a merge would read and whether it may publish; nothing is written. */
    public MergePlan planMerge(MergeOptions options) {
        return planMerge(options, ProgressListener.none());
    }

    /** {@link #planMerge(MergeOptions)} that tells how far the reading of new raw files is. */
    public MergePlan planMerge(MergeOptions options, ProgressListener listener) {
        return MergePlan.of(setup, ledger, rawReader, lakeReader, survey(listener), options);
    }

    /**
     * Plans and executes, again if another writer commits in between, after a pause of random length; gives up after
     * several such attempts.
     *
     * @throws CommitConflictException if another writer was first each time; nothing was published
     * @throws ConvergenceException if the table cannot be read or written; nothing was published
     */
    public TableResult merge(MergeOptions options, ProgressListener listener) {
        return new Retries(setup.sleeper(), setup.random())
                .run(() -> planMerge(options, listener).execute(listener));
    }

    TableResult tryMerge(MergeOptions options, ProgressListener listener) {
        try {
            return merge(options, listener);
        } catch (CommitStateUnknownException e) {
            return failed(
                    e,
                    "COMMIT_STATE_UNKNOWN",
                    "Run again: it finds out whether the new state was published. Delete nothing.");
        } catch (RuntimeException e) {
            // Whatever stopped this table, a fault of our own included, must not stop the others.
            return failed(e, "TABLE_FAILED", "Mend the cause and run again; the published table stands.");
        }
    }

    private TableResult failed(RuntimeException e, String code, String fix) {
        LOG.error("Table {} failed", id(), e);
        String message = e.getMessage() == null ? e.toString() : e.getMessage();
        Finding finding = Finding.error(code, id().toString(), message, fix);
        return new TableResult(
                id(), TableState.FAILED, LedgerSnapshot.NONE, 0, -1, null, ReadCounts.NONE, List.of(finding), null);
    }

    /**
     * The rows of the published table at this moment.
     *
     * @throws PipelineException if nothing was published yet
     */
    public RowSource published() {
        return new PublishedRows(setup, ledger.snapshot());
    }
}
