package io.convergence.testkit.dms;

import io.convergence.TableId;
import java.time.Instant;

/** Names files as the target's settings say. */
interface RawKeys {
    String loadKey(TableId table, long number);

    String cdcKey(TableId table, Instant flushed);

    /** Of a file with the changes of all tables. */
    String transactionKey(Instant flushed);
}
