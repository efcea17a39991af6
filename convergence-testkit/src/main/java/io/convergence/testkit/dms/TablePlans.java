package io.convergence.testkit.dms;

import io.convergence.TableId;
import java.util.List;

/** What the table mappings make of a source table, asked again when its columns change. */
interface TablePlans {
    TablePlan plan(TableId source, List<TableShape.SourceColumn> columns, List<String> primaryKey);
}
