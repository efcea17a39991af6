package io.convergence.mapping;

import io.convergence.Finding;
import io.convergence.Severity;
import io.convergence.TableId;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The dry run of table mappings over a source: what becomes of each table, and what each rule does. Immutable and thread-safe.
 *
 * @param tables all tables and views of the source, in its order, those that are not selected too
 * @param rules in the order of the document
 * @param findings what cannot work for this source, what DMS's documents leave open and how it was decided, and rules that
 *     match nothing; in the order of the rules
 */
public record MappingEvaluation(List<TableEvaluation> tables, List<RuleEvaluation> rules, List<Finding> findings) {
    public MappingEvaluation {
        tables = List.copyOf(tables);
        rules = List.copyOf(rules);
        findings = List.copyOf(findings);
    }

    public Optional<TableEvaluation> table(TableId source) {
        return tables.stream()
                .filter(table -> table.source().id().equals(source))
                .findFirst();
    }

    public List<TableEvaluation> selected() {
        return tables.stream().filter(TableEvaluation::selected).toList();
    }

    /**
     * The selected tables as the reader needs them.
     *
     * @throws InvalidMappingException if there are errors among the findings, or a name is computed by an expression, which
     *     the reader would have to know; its findings tell the cases apart by their severity
     */
    public List<MappedTable> mappedTables() {
        List<Finding> errors = findings.stream()
                .filter(finding -> finding.severity() == Severity.ERROR)
                .toList();
        if (!errors.isEmpty()) {
            throw InvalidMappingException.ofEvaluation(errors);
        }

        List<MappedTable> mapped = selected().stream()
                .map(TableEvaluation::mapped)
                .filter(Objects::nonNull)
                .toList();
        if (mapped.size() < selected().size()) {
            throw InvalidMappingException.ofEvaluation(findings.stream()
                    .filter(finding -> finding.code().equals(RuleFindings.NAME_COMPUTED))
                    .toList());
        }
        return mapped;
    }
}
