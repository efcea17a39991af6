package io.convergence.audit;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Rule S16: signs that two tasks write the changes of one table to one place. Files are given in order of their instants. */
final class WriterSuspicion {
    /** One restart or one change of settings looks the same once or twice. */
    private static final int SWITCHES = 3;

    private static final int COUNTER_FROM = 16;

    private WriterSuspicion() {}

    static Optional<String> of(List<AuditedFile> changes, FolderForms forms) {
        List<String> signs = new ArrayList<>();
        if (alternate(changes, file -> file.file().format())) {
            signs.add("their formats alternate");
        }
        if (alternate(changes, file -> forms.of(file.cdc()))) {
            signs.add("the forms of their date folders alternate");
        }
        if (alternate(changes, AuditedFile::columns)) {
            signs.add("their columns alternate");
        }
        if (countersInterleave(changes)) {
            signs.add("their change counters form two series, each rising, that take turns");
        }
        return signs.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", signs));
    }

    private static boolean alternate(
            List<AuditedFile> files, Function<AuditedFile, ? extends @Nullable Object> property) {
        Set<Object> values = new HashSet<>();
        Object before = null;
        int switches = 0;
        for (AuditedFile file : files) {
            Object value = property.apply(file);
            if (value == null) {
                continue;
            }
            values.add(value);
            switches += before != null && !Objects.equals(before, value) ? 1 : 0;
            before = value;
        }
        return values.size() == 2 && switches >= SWITCHES;
    }

    /** One task's counter restarts low and does not come back to where an earlier run stopped. */
    private static boolean countersInterleave(List<AuditedFile> files) {
        String one = "";
        String two = "";
        int inOne = 0;
        int inTwo = 0;
        int switches = 0;
        boolean lastInOne = true;
        for (AuditedFile file : files) {
            Optional<String> first = file.evidence().first().map(WriterSuspicion::counter);
            Optional<String> last = file.evidence().last().map(WriterSuspicion::counter);
            if (first.isEmpty() || last.isEmpty()) {
                continue;
            }

            boolean fitsOne = first.get().compareTo(one) > 0;
            boolean fitsTwo = first.get().compareTo(two) > 0;
            if (!fitsOne && !fitsTwo) {
                return false;
            }
            boolean toOne = fitsOne && (!fitsTwo || one.compareTo(two) >= 0);
            if (toOne) {
                one = last.get();
                inOne++;
            } else {
                two = last.get();
                inTwo++;
            }
            switches += inOne + inTwo > 1 && toOne != lastInOne ? 1 : 0;
            lastInOne = toOne;
        }
        return switches >= SWITCHES && inOne >= 2 && inTwo >= 2;
    }

    private static String counter(String sequence) {
        return sequence.substring(COUNTER_FROM);
    }
}
