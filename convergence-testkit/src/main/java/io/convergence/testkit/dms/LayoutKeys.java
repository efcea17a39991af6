package io.convergence.testkit.dms;

import io.convergence.TableId;
import io.convergence.raw.RawFormat;
import io.convergence.raw.RawLayout;
import io.convergence.target.S3TargetSettings;
import java.time.Instant;

/** Keys by the layout that readers use too: one model for both ends. */
record LayoutKeys(RawLayout layout, RawFormat format) implements RawKeys {
    static LayoutKeys of(S3TargetSettings settings, RawFormat format) {
        return new LayoutKeys(RawLayout.of(settings), format);
    }

    @Override
    public String loadKey(TableId table, long number) {
        return layout.loadKey(table, number, format);
    }

    @Override
    public String cdcKey(TableId table, Instant flushed) {
        return layout.cdcKey(table, flushed, format);
    }

    @Override
    public String transactionKey(Instant flushed) {
        return layout.transactionKey(flushed, format);
    }
}
