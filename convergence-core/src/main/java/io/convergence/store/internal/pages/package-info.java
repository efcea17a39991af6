/**
 * Pages of flat Parquet columns as bytes: the layer below rows, for the stages that decode or copy many values. No API.
 *
 * <p>Begin at {@link io.convergence.store.internal.pages.ColumnPages}, which walks the pages of a column chunk and decodes those asked
 * for into a {@link io.convergence.store.internal.pages.DecodedPage}: runs of definition levels, and ids of a dictionary or values in
 * {@code PLAIN}. The way back is {@link io.convergence.store.internal.pages.PackedIds}, {@link io.convergence.store.internal.pages.DeltaNumbers},
 * {@link io.convergence.store.internal.pages.DeltaTexts} and {@link io.convergence.store.internal.pages.PageCodecs}.
 *
 * <p>Bytes are not trusted: whatever lies outside of what holds it comes out as
 * {@link io.convergence.store.internal.pages.DamagedPageException}, before memory is taken for it.
 */
@NullMarked
package io.convergence.store.internal.pages;

import org.jspecify.annotations.NullMarked;
