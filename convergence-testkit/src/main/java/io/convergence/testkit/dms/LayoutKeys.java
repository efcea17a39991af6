package io.convergence.testkit.dms;

import io.convergence.TableId;
import io.convergence.raw.RawFormat;
import io.convergence.raw.RawLayout;
import io.convergence.target.S3TargetSettings;
import java.time.Instant;

/** Keys by the layout that readers use too: one model for both ends. */
record LayoutKeys(RawLayout layout) implements RawKeys {
    static LayoutKeys of(S3TargetSettings settings) {
        RawLayout.Builder builder =
                RawLayout.builder().bucketFolder(settings.bucketFolder()).timezone(settings.datePartitionTimezone());
        if (settings.datePartitionEnabled()) {
            builder.datePartition(settings.datePartitionSequence(), settings.datePartitionDelimiter());
        }
        return new LayoutKeys(builder.build());
    }

    @Override
    public String loadKey(TableId table, long number) {
        return layout.loadKey(table, number, RawFormat.PARQUET);
    }

    @Override
    public String cdcKey(TableId table, Instant flushed) {
        return layout.cdcKey(table, flushed, RawFormat.PARQUET);
    }
}
