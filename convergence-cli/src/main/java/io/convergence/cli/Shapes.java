package io.convergence.cli;

import io.convergence.TableId;
import io.convergence.target.RowShape;
import java.util.Optional;
import java.util.Set;

/** What the columns of tables mean, as far as the user has said. */
interface Shapes {
    /** Whether tables are described at all. */
    boolean describe();

    /** Those that are described, by their names in the landing zone. */
    Set<TableId> tables();

    /** What holds for the files of every table: DMS's own columns, and how CSV is written. */
    RowShape common();

    /** Empty if there are descriptions of tables and this table has none. */
    Optional<RowShape> described(TableId table);

    /** @throws UsageException if there are descriptions of tables and this table needs one and has none */
    RowShape of(TableId table);
}
