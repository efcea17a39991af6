package io.convergence.audit;

import io.convergence.TableId;
import io.convergence.raw.RawFile;
import io.convergence.raw.RawLayout;
import io.convergence.target.DatePartitionDelimiter;
import io.convergence.target.DatePartitionSequence;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Tells the form of date folders from keys. */
final class FolderForms {
    static final String NONE = "none";
    static final String OTHER = "other";

    private record Form(DatePartitionSequence sequence, DatePartitionDelimiter delimiter, RawLayout layout) {
        @Override
        public String toString() {
            return sequence + " " + delimiter;
        }
    }

    private final List<Form> forms = new ArrayList<>();

    FolderForms(ZoneId zone) {
        for (DatePartitionSequence sequence : DatePartitionSequence.values()) {
            for (DatePartitionDelimiter delimiter : DatePartitionDelimiter.values()) {
                RawLayout layout = RawLayout.builder()
                        .datePartition(sequence, delimiter)
                        .timezone(zone)
                        .build();
                forms.add(new Form(sequence, delimiter, layout));
            }
        }
    }

    /** {@code YYYYMMDD SLASH}, {@link #NONE}, or {@link #OTHER} if the folders below the table's fit no form. */
    String of(RawFile.Cdc file) {
        String below = belowTable(file.table(), file.key());
        if (below.isEmpty()) {
            return NONE;
        }
        for (int i = 0; i < forms.size(); i++) {
            Form form = forms.get(i);
            String expected =
                    belowTable(file.table(), form.layout().cdcKey(file.table(), file.instant(), file.format()));
            if (expected.equals(below)) {
                // The files of a table have one form as a rule.
                forms.remove(i);
                forms.add(0, form);
                return form.toString();
            }
        }
        return OTHER;
    }

    private static String belowTable(TableId table, String key) {
        String folder = key.substring(0, key.lastIndexOf('/') + 1);
        return bucketFolder(table, key)
                .map(root -> folder.substring(root.length() + tableFolder(table).length()))
                .orElse("");
    }

    /** What stands before {@code schema/table/}, with its final slash; empty if the table's folder is not in the key. */
    static Optional<String> bucketFolder(TableId table, String key) {
        int at = ("/" + key).lastIndexOf("/" + tableFolder(table));
        return at < 0 ? Optional.empty() : Optional.of(key.substring(0, at));
    }

    private static String tableFolder(TableId table) {
        return table.schema() + "/" + table.name() + "/";
    }
}
