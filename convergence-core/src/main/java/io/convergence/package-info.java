/**
 * Convergence: from the files AWS DMS writes to S3 to a lake that equals the source.
 *
 * <p>The stages, one package each, in the order the data flows; a stage depends only on those before it:
 *
 * <pre>
 * source -&gt; mapping -&gt; target -&gt; raw -&gt; change -&gt; ledger -&gt; compact -&gt; merge -&gt; curated -&gt; reconcile -&gt; (catalog) -&gt; pipeline
 * </pre>
 *
 * <p>{@code catalog} comes later.
 *
 * <p>Leaves that all may use: this package, {@code schema} and {@code store}. The whole rests on one idea: the
 * {@code ReplicationSpec} that tells DMS what to write is the object that tells the reader what it will find.
 * Start with {@code pipeline.Convergence}, then {@code change.ChangePosition}, {@code merge.ChangeMerger}.
 */
@NullMarked
package io.convergence;

import org.jspecify.annotations.NullMarked;
